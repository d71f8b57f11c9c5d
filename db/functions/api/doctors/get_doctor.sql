create or replace function api.get_doctor(doctor_id bigint) returns api.doctor
language plpgsql stable security definer
set search_path = ''
as $$
declare
    v_doctor api.doctor;
begin
    perform core.caller_account();
    select d.* into v_doctor from api.doctor as d where d.id = get_doctor.doctor_id;
    if not found then
        raise exception 'doctor_not_found' using errcode = 'PT404',
            detail = format('There is no doctor %s.', get_doctor.doctor_id);
    end if;
    return v_doctor;
end;
$$;

comment on function api.get_doctor is
'GET /api/doctors/{doctor_id}
Topic: doctors

One doctor.

404 doctor_not_found: no such doctor.';

grant execute on function api.get_doctor
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
