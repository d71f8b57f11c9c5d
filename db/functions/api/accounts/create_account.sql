create or replace function api.create_account(
    name data.label, email data.email, role data.staff_role, clinic_id bigint default null
) returns api.account
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_role data.account_role := create_account.role;
    v_id bigint;
begin
    perform core.caller_account();
    if v_role not in ('clerk', 'admin')
        or (v_role = 'clerk') <> (create_account.clinic_id is not null)
    then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'A clerk has a clinic_id, an admin has none; others register themselves.';
    end if;
    insert into data.account as a (name, email, role, clinic_id)
    values (create_account.name, create_account.email, v_role, create_account.clinic_id)
    returning a.id into v_id;
    perform core.mail_token(v_id, 'INVITATION', create_account.email);
    return (select a from api.account as a where a.id = v_id);
exception
    when unique_violation then
        raise exception 'email_taken' using errcode = 'PT409',
            detail = 'There already is an account with this address.';
    when foreign_key_violation then
        raise exception 'clinic_not_found' using errcode = 'PT404',
            detail = format('There is no clinic %s.', create_account.clinic_id);
end;
$$;

comment on function api.create_account is
'POST /api/accounts 201
Topic: accounts

Makes the account of a clerk of a clinic or of an admin, and invites its owner by mail to set the
first password (`POST /api/auth/reset-password`); until then nobody can log in.

400 invalid_parameter: a clerk has a clinic_id, an admin has none; others register themselves.
404 clinic_not_found: no such clinic.
409 email_taken: there already is an account with this address.';

grant execute on function api.create_account to slotkeeper_admin;
