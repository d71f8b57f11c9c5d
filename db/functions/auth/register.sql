create or replace function auth.register(
    email data.email,
    password data.new_password,
    refresh_token_hash bytea,
    lifetime_seconds integer,
    name data.label default null,
    role data.open_role default 'patient',
    phone data.phone default null,
    specialization data.label default null,
    city data.label default null,
    consultation_type data.consultation_type default null,
    consultation_fee data.fee default null
) returns core.session
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_role data.account_role := coalesce(register.role, 'patient');
    v_name data.label := coalesce(register.name, left(split_part(register.email, '@', 1), 200));
    v_account data.account;
begin
    if v_role not in ('patient', 'doctor') then
        raise exception 'forbidden' using errcode = 'PT403',
            detail = 'One can register as a patient or a doctor only.';
    end if;
    if v_role = 'doctor' and register.specialization is null then
        raise exception 'missing_parameter' using errcode = 'PT400',
            detail = 'A doctor needs a specialization.';
    end if;
    if v_role = 'patient' and num_nonnulls(register.specialization, register.city,
        register.consultation_type, register.consultation_fee) > 0
    then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'Only a doctor has specialization, city, consultation_type, consultation_fee.';
    end if;
    insert into data.account as a (name, email, phone, password_hash, role, status)
    values (
        v_name, register.email, register.phone, register.password, v_role,
        (case v_role when 'doctor' then 'PENDING_APPROVAL' else 'ACTIVE' end)::data.account_status
    )
    returning a.* into v_account;
    if v_role = 'doctor' then
        insert into data.doctor (
            clinic_id, account_id, name, specialization, city, consultation_type,
            consultation_fee, phone, registered
        )
        values (
            core.default_clinic(), v_account.id, v_name, register.specialization,
            register.city, coalesce(register.consultation_type, 'OFFLINE'),
            coalesce(register.consultation_fee, 0), register.phone, true
        );
        return core.describe_session(v_account.id, active => false);
    end if;
    return auth.open_session(
        v_account.id, register.password, register.refresh_token_hash, register.lifetime_seconds
    );
exception
    when unique_violation then
        raise exception 'email_taken' using errcode = 'PT409',
            detail = 'There already is an account with this address.';
end;
$$;

comment on function auth.register is
'POST /api/auth/register 201
POST /auth/register 201
Topic: accounts
Hashes: password
Alias: user = patient

Makes an account, named like the address before its @ where no `name` is given. A patient is logged
in with it; a doctor waits for an admin''s approval and is not shown before; the address of the
login is never shown, the telephone number is.

400 missing_parameter: a doctor needs a specialization.
400 invalid_parameter: a patient has no specialization, city, consultation_type or
    consultation_fee.
403 forbidden: one can register as a patient or a doctor only.
409 email_taken: there already is an account with this address.';

grant execute on function auth.register to slotkeeper_server;
