create or replace function api.get_doctor(doctor_id bigint) returns api.doctor
language plpgsql stable security definer
set search_path = ''
as $$
declare
    v_doctor api.doctor;
begin
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

One doctor.

404 doctor_not_found: no such doctor.';

grant execute on function api.get_doctor to slotkeeper_anon;
grant execute on function api.get_doctor to slotkeeper_patient;
grant execute on function api.get_doctor to slotkeeper_doctor;
grant execute on function api.get_doctor to slotkeeper_admin;
