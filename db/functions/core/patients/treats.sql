create or replace function core.treats(patient_id bigint) returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
    v_doctor_id bigint;
begin
    if core.caller_role() <> 'doctor' then
        return false;
    end if;
    v_doctor_id := core.caller_doctor();
    -- A doctor could book anybody's account: that is no door to it.
    return exists (
        select from data.booking as b
        where b.doctor_id = v_doctor_id and 0 + b.account_id = treats.patient_id
            and b.status in ('CONFIRMED', 'CHECKED_IN', 'COMPLETED')
            and b.booked_by_role is distinct from 'doctor'
    );
end;
$$;

comment on function core.treats is
'Whether the caller is a doctor to whom the records of a patient are open: by a CONFIRMED,
CHECKED_IN or COMPLETED booking of that patient with the own doctor, which the patient, a clerk or
an admin made. The policies of data.record say the same again.';
