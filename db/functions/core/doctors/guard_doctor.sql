create or replace function core.guard_doctor() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if exists (select from data.booking as b where b.doctor_id = new.id) then
        raise exception 'Doctor % was booked: the clinic stays.', new.id
            using errcode = 'check_violation', constraint = 'doctor_booked_stays';
    end if;
    return new;
end;
$$;

comment on function core.guard_doctor is
'Keeps a doctor who was ever booked in the clinic whose money it is, whoever writes.';

create or replace trigger guard_doctor before update of clinic_id on data.doctor
for each row when (new.clinic_id <> old.clinic_id)
execute function core.guard_doctor();
