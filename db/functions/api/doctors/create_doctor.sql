create or replace function api.create_doctor(
    name data.label,
    specialization data.label,
    city data.label default null,
    consultation_type data.consultation_type default 'OFFLINE',
    consultation_fee data.fee default 0,
    rating data.rating default null,
    email data.email default null,
    phone data.phone default null,
    experience_years data.experience_years default null,
    clinic_id bigint default null,
    account_id bigint default null
) returns api.doctor
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_id bigint;
begin
    perform core.caller_account();
    perform core.require_doctor_account(create_doctor.account_id);
    insert into data.doctor as d (
        clinic_id, account_id, name, specialization, city, consultation_type, consultation_fee,
        rating, email, phone, experience_years, listed_at
    )
    select
        c.id, create_doctor.account_id, create_doctor.name, create_doctor.specialization,
        create_doctor.city, coalesce(create_doctor.consultation_type, 'OFFLINE'),
        coalesce(create_doctor.consultation_fee, 0), create_doctor.rating, create_doctor.email,
        create_doctor.phone, create_doctor.experience_years, clock_timestamp()
    from data.clinic as c
    where c.id = coalesce(create_doctor.clinic_id, core.default_clinic())
    returning d.id into v_id;
    if v_id is null then
        raise exception 'clinic_not_found' using errcode = 'PT404',
            detail = format('There is no clinic %s.', create_doctor.clinic_id);
    end if;
    return (select d from api.doctor as d where d.id = v_id);
exception
    when unique_violation then
        raise exception 'account_in_use' using errcode = 'PT409',
            detail = format('Account %s already acts for a doctor.', create_doctor.account_id);
end;
$$;

comment on function api.create_doctor is
'POST /api/doctors 201
POST /api/admin/doctors 201
POST /doctors 201
Topic: doctors

Adds a doctor, who can be booked at once. Without `clinic_id` the doctor works in the default
clinic; `account_id` lets a doctor''s account act as the doctor.

404 clinic_not_found: no such clinic.
404 account_not_found: no such account, or not a doctor''s.
409 account_in_use: that account already acts for a doctor.';

grant execute on function api.create_doctor to slotkeeper_admin;
