create or replace function api.get_availability(doctor_id bigint) returns api.availability
language plpgsql stable security definer
set search_path = ''
as $$
declare
    v_availability api.availability;
begin
    perform core.caller_account();
    select a.* into v_availability
    from api.availability as a where a.doctor_id = get_availability.doctor_id;
    if not found then
        raise exception 'doctor_not_found' using errcode = 'PT404',
            detail = format('There is no doctor %s.', get_availability.doctor_id);
    end if;
    return v_availability;
end;
$$;

comment on function api.get_availability is
'GET /api/doctors/{doctor_id}/availability
Topic: availability

The weekly hours of a doctor. On some days others hold: see `GET
/api/doctors/{doctor_id}/availability/{date}`; what is free is in the slots.

404 doctor_not_found: no such doctor.';

grant execute on function api.get_availability
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
