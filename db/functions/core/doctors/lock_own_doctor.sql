create or replace function core.lock_own_doctor(doctor_id bigint) returns bigint
language plpgsql volatile
set search_path = ''
as $$
declare
    v_doctor_id bigint := lock_own_doctor.doctor_id;
begin
    if v_doctor_id is null and core.caller_role() = 'admin' then
        raise exception 'missing_parameter' using errcode = 'PT400',
            detail = 'An admin says whose: doctor_id is required.';
    end if;
    v_doctor_id := coalesce(v_doctor_id, core.caller_doctor());
    perform core.lock_doctor(v_doctor_id);
    return v_doctor_id;
end;
$$;

comment on function core.lock_own_doctor is
'Locks a doctor whose schedule the caller may change, the caller''s own unless named; returns the
id.

400 missing_parameter: an admin named none.
404 doctor_not_found: no such doctor, or not the caller''s to act for.';
