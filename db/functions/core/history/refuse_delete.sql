create or replace function core.refuse_delete() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    raise exception '% of % would leave no history.', tg_op, tg_table_name
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

-- Of these a row may go, but not behind the back of the history, which sees rows.
create or replace trigger refuse_truncate before truncate on data.hours
for each statement execute function core.refuse_delete();

create or replace trigger refuse_truncate before truncate on data.time_off
for each statement execute function core.refuse_delete();

create or replace trigger refuse_truncate before truncate on data.webhook
for each statement execute function core.refuse_delete();
