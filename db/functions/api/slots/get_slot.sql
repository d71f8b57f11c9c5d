create or replace function api.get_slot(slot_id bigint) returns api.slot
language plpgsql stable security definer
set search_path = ''
as $$
declare
    v_slot api.slot;
begin
    perform core.caller_account();
    select s.* into v_slot from api.slot as s where s.id = get_slot.slot_id;
    if not found or exists (
        select from data.doctor as d where d.id = v_slot.doctor_id and d.suspended_at is not null
    ) then
        raise exception 'slot_not_found' using errcode = 'PT404',
            detail = format('There is no slot %s.', get_slot.slot_id);
    end if;
    return v_slot;
end;
$$;

comment on function api.get_slot is
'GET /api/slots/{slot_id}
Topic: slots

One slot.

404 slot_not_found: no such slot.';

grant execute on function api.get_slot
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
