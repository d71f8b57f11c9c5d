create or replace function api.change_password(
    current_password data.password, new_password data.new_password
) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_account data.account;
begin
    v_account := core.lock_own_account();
    if coalesce(change_password.current_password <> v_account.password_hash, true) then
        raise exception 'wrong_password' using errcode = 'PT403',
            detail = 'The current password is another one.';
    end if;
    perform core.change_password(
        v_account.id, change_password.new_password, core.caller_session()
    );
end;
$$;

comment on function api.change_password is
'POST /api/auth/change-password
Topic: accounts
Checks: current_password
Hashes: new_password

Changes the password of the caller. All other logins end, what was mailed to the account is worth
nothing any more, and an address that is not verified yet is withdrawn.

403 wrong_password: the current password is another one.';

grant execute on function api.change_password
to slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
