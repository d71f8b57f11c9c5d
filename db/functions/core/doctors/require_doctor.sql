create or replace function core.require_doctor(doctor_id bigint) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
    if core.caller_role() <> 'admin'
        and core.caller_doctor() is distinct from require_doctor.doctor_id
        or not exists (
            select from data.doctor as d
            where d.id = require_doctor.doctor_id
                and d.listed_at is not null and d.deleted_at is null
        )
    then
        raise exception 'doctor_not_found' using errcode = 'PT404',
            detail = 'There is no such doctor, or it is not you.';
    end if;
end;
$$;

comment on function core.require_doctor is
'Refuses callers who may not act for a doctor.

404 doctor_not_found: no such doctor, or not the caller''s to act for.';
