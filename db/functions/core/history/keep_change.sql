create or replace function core.keep_change() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_before jsonb;
    v_after jsonb;
begin
    -- Each expression costs a transaction its setting up. What not every table has is read of the
    -- row as JSON.
    v_after := core.without_secrets(to_jsonb(new));
    if tg_op = 'INSERT' then
        insert into data.change (entity, entity_id, event, after)
        values (
            tg_table_name, new.id,
            case tg_table_name when 'refund' then data.event 'refund.due' end, v_after
        );
        return null;
    end if;
    v_before := core.without_secrets(to_jsonb(old));
    insert into data.change (entity, entity_id, event, before, after)
    values (
        tg_table_name, old.id,
        case
            when tg_op = 'DELETE' then null
            when tg_table_name = 'refund'
                and v_after ->> 'status' = 'DONE' and v_before ->> 'status' <> 'DONE'
                then data.event 'refund.done'
            when tg_table_name = 'waitlist_entry'
                and v_after ->> 'booking_id' is distinct from v_before ->> 'booking_id'
                then 'waitlist.offered'
        end,
        v_before, v_after
    );
    return null;
end;
$$;

comment on function core.keep_change is
'Writes down a change, whoever makes it, as a trigger of each table that is accounted for.';

create or replace trigger keep_change after insert or update or delete on data.account
for each row execute function core.keep_change();

create or replace trigger keep_change after insert or update or delete on data.clinic
for each row execute function core.keep_change();

create or replace trigger keep_change after insert or update or delete on data.doctor
for each row execute function core.keep_change();

create or replace trigger keep_change after insert or update or delete on data.hours
for each row execute function core.keep_change();

create or replace trigger keep_change after insert or update or delete on data.payment
for each row execute function core.keep_change();

create or replace trigger keep_change after insert or update or delete on data.payment_provider
for each row execute function core.keep_change();

create or replace trigger keep_change after insert or update or delete on data.refund
for each row execute function core.keep_change();

create or replace trigger keep_change after insert or update or delete on data.slot
for each row execute function core.keep_change();

create or replace trigger keep_change after insert or update or delete on data.time_off
for each row execute function core.keep_change();

create or replace trigger keep_change after insert or update or delete on data.waitlist_entry
for each row execute function core.keep_change();

create or replace trigger keep_change after insert or update on data.privacy_request
for each row execute function core.keep_change();

-- Not what deliveries count in it.
create or replace trigger keep_change
after insert or update of url, events, active, secret, deleted_at or delete on data.webhook
for each row execute function core.keep_change();
