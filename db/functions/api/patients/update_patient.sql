create or replace function api.update_patient(
    patient_id bigint,
    name data.label default null,
    phone data.phone default null,
    date_of_birth data.birth_date default null,
    gender data.label default null,
    address data.note default null,
    clear text[] default null
) returns api.patient
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_clear text[] := coalesce(update_patient.clear, '{}');
begin
    perform core.caller_account();
    perform core.require_patient(update_patient.patient_id);
    if not v_clear <@ '{phone,date_of_birth,gender,address}' then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'clear may list: phone, date_of_birth, gender, address.';
    end if;
    perform core.require_birth_date(update_patient.date_of_birth);
    -- Somebody who is erased meanwhile stays erased.
    perform from data.account as a where a.id = update_patient.patient_id for no key update;
    perform core.require_patient(update_patient.patient_id);
    update data.account as a
    set name = coalesce(update_patient.name, a.name),
        phone = case when 'phone' <> all(v_clear) then coalesce(update_patient.phone, a.phone) end,
        date_of_birth = case when 'date_of_birth' <> all(v_clear)
            then coalesce(update_patient.date_of_birth, a.date_of_birth) end,
        gender = case when 'gender' <> all(v_clear)
            then coalesce(update_patient.gender, a.gender) end,
        address = case when 'address' <> all(v_clear)
            then coalesce(update_patient.address, a.address) end
    where a.id = update_patient.patient_id;
    return (select p from api.patient as p where p.id = update_patient.patient_id);
end;
$$;

comment on function api.update_patient is
'PATCH /api/patients/{patient_id}
Topic: patients

Changes what is given of a patient''s profile and empties what `clear` lists: for the patient and
for admins. Bookings keep the name under which they were made.

400 invalid_parameter: clear lists something that cannot be emptied, or nobody is born yet on that
  day.
404 patient_not_found: no such patient, or not the caller.';

grant execute on function api.update_patient to slotkeeper_patient, slotkeeper_admin;
