create or replace function api.update_me(
    name data.label default null,
    phone data.phone default null,
    email data.email default null,
    current_password data.password default null,
    clear text[] default null
) returns api.account
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_account data.account;
    v_clear text[] := coalesce(update_me.clear, '{}');
begin
    v_account := core.lock_own_account();
    if not v_clear <@ '{phone}' then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'clear may list: phone.';
    end if;
    if lower(update_me.email) <> lower(v_account.email)
        and coalesce(update_me.current_password <> v_account.password_hash, true)
    then
        raise exception 'wrong_password' using errcode = 'PT403',
            detail = 'Another address needs the current password, as current_password.';
    end if;
    if exists (
        select from data.account as a
        where lower(a.email) = lower(update_me.email) and a.id <> v_account.id
    ) then
        raise exception 'email_taken' using errcode = 'PT409',
            detail = 'There already is an account with this address.';
    end if;
    update data.account as a
    set name = coalesce(update_me.name, a.name),
        phone = case when 'phone' <> all(v_clear) then coalesce(update_me.phone, a.phone) end,
        new_email = case
            when update_me.email is null then a.new_email
            when lower(update_me.email) <> lower(a.email) then update_me.email
        end
    where a.id = v_account.id;
    if lower(update_me.email) <> lower(v_account.email) then
        perform core.mail_verification_token(v_account.id, update_me.email);
    end if;
    return (select a from api.account as a where a.id = v_account.id);
end;
$$;

comment on function api.update_me is
'PATCH /api/auth/me
Topic: accounts
Checks: current_password

Changes what is given of the caller''s account and empties what `clear` lists. Another `email` needs
the `current_password`. It is shown as `new_email` until it is verified by the token that is mailed
to it, of which the present address is told; the present one, given again, withdraws it.

400 invalid_parameter: clear lists something that cannot be emptied.
403 wrong_password: another address was given, and the current password is another one.
409 email_taken: there already is an account with this address.';

grant execute on function api.update_me
to slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
