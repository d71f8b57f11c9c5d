create or replace function api.update_doctor(
    doctor_id bigint,
    name data.label default null,
    specialization data.label default null,
    city data.label default null,
    consultation_type data.consultation_type default null,
    consultation_fee data.fee default null,
    rating data.rating default null,
    email data.email default null,
    phone data.phone default null,
    experience_years data.experience_years default null,
    clinic_id bigint default null,
    account_id bigint default null,
    clear text[] default null
) returns api.doctor
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_clear text[] := coalesce(update_doctor.clear, '{}');
begin
    perform core.caller_account();
    -- Both in id order, where the account has registered as another doctor.
    perform from data.doctor as d
    where d.id = update_doctor.doctor_id
        or core.caller_role() = 'admin' and d.account_id = update_doctor.account_id
    order by d.id
    for no key update;
    perform core.lock_doctor(update_doctor.doctor_id);
    if core.caller_role() <> 'admin' and (
        num_nonnulls(update_doctor.rating, update_doctor.clinic_id, update_doctor.account_id) > 0
        or v_clear && '{rating,account_id}'
    ) then
        raise exception 'forbidden' using errcode = 'PT403',
            detail = 'Only an admin may set the rating, the clinic and the account of a doctor.';
    end if;
    if not v_clear <@ '{city,rating,email,phone,experience_years,account_id}' then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'clear may list: city, rating, email, phone, experience_years, account_id.';
    end if;
    if not exists (
        select from data.clinic as c where c.id = update_doctor.clinic_id
    ) and update_doctor.clinic_id is not null then
        raise exception 'clinic_not_found' using errcode = 'PT404',
            detail = format('There is no clinic %s.', update_doctor.clinic_id);
    end if;
    if exists (
        select from data.doctor as d
        where d.id = update_doctor.doctor_id and d.clinic_id <> update_doctor.clinic_id
    ) then
        -- Whoever is booking holds the slot until it can be seen.
        perform from data.slot as s
        where s.doctor_id = update_doctor.doctor_id and s.deleted_at is null
        order by s.id
        for no key update;
        if exists (
            select from data.booking as b where b.doctor_id = update_doctor.doctor_id
        ) then
            raise exception 'doctor_has_bookings' using errcode = 'PT409',
                detail = format('Doctor %s has been booked: the clinic stays.',
                    update_doctor.doctor_id);
        end if;
    end if;
    perform core.require_doctor_account(update_doctor.account_id);
    if not exists (
        select from data.doctor as d
        where d.id = update_doctor.doctor_id and d.account_id = update_doctor.account_id
    ) then
        perform core.retire_registered(update_doctor.account_id);
    end if;
    update data.doctor as d
    set name = coalesce(update_doctor.name, d.name),
        specialization = coalesce(update_doctor.specialization, d.specialization),
        consultation_type = coalesce(update_doctor.consultation_type, d.consultation_type),
        consultation_fee = coalesce(update_doctor.consultation_fee, d.consultation_fee),
        clinic_id = coalesce(update_doctor.clinic_id, d.clinic_id),
        city = case when 'city' <> all(v_clear) then coalesce(update_doctor.city, d.city) end,
        rating = case when 'rating' <> all(v_clear)
            then coalesce(update_doctor.rating, d.rating) end,
        email = case when 'email' <> all(v_clear) then coalesce(update_doctor.email, d.email) end,
        phone = case when 'phone' <> all(v_clear) then coalesce(update_doctor.phone, d.phone) end,
        experience_years = case when 'experience_years' <> all(v_clear)
            then coalesce(update_doctor.experience_years, d.experience_years) end,
        account_id = case when 'account_id' <> all(v_clear)
            then coalesce(update_doctor.account_id, d.account_id) end,
        suspended_at = case
            when 'account_id' <> all(v_clear) and update_doctor.account_id is null
                then d.suspended_at
        end
    where d.id = update_doctor.doctor_id;
    return (select d from api.doctor as d where d.id = update_doctor.doctor_id);
exception
    when unique_violation then
        raise exception 'account_in_use' using errcode = 'PT409',
            detail = format('Account %s already acts for a doctor.', update_doctor.account_id);
end;
$$;

comment on function api.update_doctor is
'PATCH /api/doctors/{doctor_id}
Topic: doctors

Changes what is given of a doctor and empties what `clear` lists. Doctors may change their own data,
but not their rating, clinic and account. Where `account_id` had registered as a doctor, that doctor
is deleted with all coming slots, so that nobody is there twice. Bookings keep the price at which
they were made. The clinic of a booking is its doctor''s, so a doctor who was ever booked stays in
the clinic.

400 invalid_parameter: clear lists something that cannot be emptied.
403 forbidden: only an admin may set that.
404 doctor_not_found: no such doctor, or not the caller''s to act for.
404 clinic_not_found: no such clinic.
404 account_not_found: no such account, or not a doctor''s.
409 doctor_has_bookings: the clinic cannot change, since the doctor was booked; or as whom the
  account had registered was.
409 account_in_use: that account already acts for a doctor.';

grant execute on function api.update_doctor
to slotkeeper_doctor, slotkeeper_admin;
