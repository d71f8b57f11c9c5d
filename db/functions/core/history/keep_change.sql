create or replace function core.keep_change() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_claims jsonb;
    v_before jsonb;
    v_event data.event;
begin
    -- Each expression costs a transaction its setting up: a new booking takes one statement.
    if tg_op = 'INSERT' and tg_table_name = 'booking' then
        insert into data.change (
            entity, entity_id, event, actor_id, actor_role, request_id, after
        )
        values (
            'booking', new.id,
            case new.status when 'PENDING' then data.event 'booking.held'
                else 'booking.confirmed' end,
            substring(
                nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
                from '^[0-9]{1,18}$'
            )::bigint,
            replace(session_user, 'slotkeeper_', ''),
            nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'request_id',
            core.without_secrets(to_jsonb(new))
        );
        return null;
    end if;
    v_claims := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
    if tg_op <> 'INSERT' then
        v_before := core.without_secrets(to_jsonb(old));
    end if;
    if tg_op = 'DELETE' then
        v_event := null;
    elsif tg_table_name = 'booking' then
        v_event := core.booking_event(old, new);
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
        tg_table_name, coalesce(new.id, old.id), v_event,
        substring(v_claims ->> 'sub' from '^[0-9]{1,18}$')::bigint,
        replace(session_user, 'slotkeeper_', ''), v_claims ->> 'request_id',
        v_before, core.without_secrets(to_jsonb(new))
    );
    return null;
end;
$$;

comment on function core.keep_change is
'Writes down a change, whoever makes it, as a trigger of each table that is accounted for.';

create or replace trigger keep_change after insert or update or delete on data.account
for each row execute function core.keep_change();

create or replace trigger keep_change after insert or update or delete on data.booking
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
