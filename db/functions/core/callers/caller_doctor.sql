create or replace function core.caller_doctor() returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
    return (
        select d.id from data.doctor as d
        where d.account_id = (select core.caller_account()) and d.deleted_at is null
    );
end;
$$;

comment on function core.caller_doctor is
'The doctor as whom the caller''s account may act, or null.';
