create or replace function api.create_patient(
    name data.label,
    email data.email,
    phone data.phone default null,
    date_of_birth data.birth_date default null,
    gender data.label default null,
    address data.note default null
) returns api.patient
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_account_id bigint;
    v_clinic_id bigint;
    v_id bigint;
begin
    v_account_id := core.caller_account();
    v_clinic_id := coalesce(core.caller_clinic(), (
        select d.clinic_id from data.doctor as d
        where core.caller_role() = 'doctor' and d.id = (select core.caller_doctor())
    ));
    perform core.require_birth_date(create_patient.date_of_birth);
    insert into data.account as a (
        name, email, phone, role, date_of_birth, gender, address, made_by_id, made_at_clinic_id
    )
    values (
        create_patient.name, create_patient.email, create_patient.phone, 'patient',
        create_patient.date_of_birth, create_patient.gender, create_patient.address,
        v_account_id, v_clinic_id
    )
    returning a.id into v_id;
    perform core.mail_token(v_id, 'INVITATION', create_patient.email);
    return (select p from api.patient as p where p.id = v_id);
exception
    when unique_violation then
        raise exception 'email_taken' using errcode = 'PT409',
            detail = 'There already is an account with this address.';
end;
$$;

comment on function api.create_patient is
'POST /api/patients 201
Topic: patients

Makes the account of a patient, without a password: the patient is invited by mail to set one. From
then on the patient can be booked for, as `account_id` of `POST /api/bookings`. The clerks of the
clinic whose staff made it, and the doctor who did, see the profile until the password is set; then
clerks of that clinic do through any booking there, and records are open to doctors as anybody''s.

400 invalid_parameter: nobody is born yet on that day.
409 email_taken: there already is an account with this address.';

grant execute on function api.create_patient
to slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
