create or replace function core.refuse_delete() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    raise exception 'Rows of % are history and are never deleted.', tg_table_name
        using errcode = 'check_violation', constraint = tg_table_name || '_never_deleted';
end;
$$;

comment on function core.refuse_delete is 'Keeps history: what happened is marked, never erased.';

create or replace trigger refuse_delete before delete or truncate on data.booking
for each statement execute function core.refuse_delete();

create or replace trigger refuse_delete before delete or truncate on data.payment
for each statement execute function core.refuse_delete();

create or replace trigger refuse_delete before delete or truncate on data.refund
for each statement execute function core.refuse_delete();

create or replace trigger refuse_delete before delete or truncate on data.provider_event
for each statement execute function core.refuse_delete();

create or replace trigger refuse_delete before delete or truncate on data.waitlist_entry
for each statement execute function core.refuse_delete();

create or replace trigger refuse_delete before delete or truncate on data.change
for each statement execute function core.refuse_delete();

create or replace trigger refuse_delete before delete or truncate on data.chain_link
for each statement execute function core.refuse_delete();

create or replace trigger refuse_delete before delete or truncate on data.record
for each statement execute function core.refuse_delete();

create or replace trigger refuse_delete before delete or truncate on data.privacy_request
for each statement execute function core.refuse_delete();
