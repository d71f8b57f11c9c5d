create or replace view api.bulk_result as
select 0 as created, 0 as skipped;

comment on view api.bulk_result is 'What a creation in bulk did.';
comment on column api.bulk_result.created is '! How many slots it made.';
comment on column api.bulk_result.skipped is
'! How many it left out since they overlap a slot or lie in the past.';
