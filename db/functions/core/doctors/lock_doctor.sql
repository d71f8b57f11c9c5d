create or replace function core.lock_doctor(doctor_id bigint) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
    -- One writer a schedule: exclusion constraints alone would let two of them deadlock.
    perform from data.doctor as d where d.id = lock_doctor.doctor_id for no key update;
    perform core.require_doctor(lock_doctor.doctor_id);
end;
$$;

comment on function core.lock_doctor is
'Locks a doctor whose data or schedule the caller may change.

404 doctor_not_found: no such doctor, or not the caller''s to act for.';
