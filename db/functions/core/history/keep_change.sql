create or replace function core.keep_change() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_claims jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
    v_before jsonb;
    v_event data.event;
begin
    if tg_op = 'UPDATE' then
        v_before := core.without_secrets(to_jsonb(old));
    end if;
    if tg_table_name = 'booking' then
        v_event := core.booking_event(case when tg_op = 'UPDATE' then old end, new);
    elsif tg_table_name = 'refund' then
        v_event := case
            when tg_op = 'INSERT' then 'refund.due'
            when new.status = 'DONE' and old.status <> 'DONE' then 'refund.done'
        end;
    elsif tg_table_name = 'waitlist_entry' then
        v_event := case
            when tg_op = 'UPDATE' and new.booking_id is distinct from old.booking_id
                then 'waitlist.offered'
        end;
    end if;
    insert into data.change (
        entity, entity_id, event, actor_id, actor_role, request_id, before, after
    )
    values (
        tg_table_name, new.id, v_event,
        case when v_claims ->> 'sub' ~ '^[0-9]{1,18}$' then (v_claims ->> 'sub')::bigint end,
        replace(session_user, 'slotkeeper_', ''), v_claims ->> 'request_id',
        v_before, core.without_secrets(to_jsonb(new))
    );
    return null;
end;
$$;

comment on function core.keep_change is
'Writes down a change, whoever makes it, as a trigger of each table that is accounted for.';

create or replace trigger keep_change after insert or update on data.account
for each row execute function core.keep_change();

create or replace trigger keep_change after insert or update on data.booking
for each row execute function core.keep_change();

create or replace trigger keep_change after insert or update on data.clinic
for each row execute function core.keep_change();

create or replace trigger keep_change after insert or update on data.doctor
for each row execute function core.keep_change();

create or replace trigger keep_change after insert or update on data.payment
for each row execute function core.keep_change();

create or replace trigger keep_change after insert or update on data.refund
for each row execute function core.keep_change();

create or replace trigger keep_change after insert or update on data.slot
for each row execute function core.keep_change();

create or replace trigger keep_change after insert or update on data.waitlist_entry
for each row execute function core.keep_change();
