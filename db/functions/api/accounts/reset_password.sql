create or replace function api.reset_password(reset_token text, new_password data.new_password)
returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_hash bytea := core.hash_token(reset_password.reset_token);
    v_account data.account;
begin
    perform core.caller_account();
    select a.* into v_account
    from data.account as a
    where a.id = (
        select t.account_id from data.account_token as t
        where t.token_hash = v_hash and t.purpose in ('RESET', 'INVITATION')
    )
    for no key update;
    -- Of two who come with one token the second finds none.
    delete from data.account_token as t
    where t.token_hash = v_hash and t.account_id = v_account.id
        and t.purpose in ('RESET', 'INVITATION') and t.expires_at > clock_timestamp()
        and lower(t.email) = lower(v_account.email)
        and v_account.status in ('ACTIVE', 'PENDING_APPROVAL');
    if not found then
        raise exception 'reset_token_not_found' using errcode = 'PT404',
            detail = 'This reset_token is unknown, was used, or has run out.';
    end if;
    perform core.change_password(v_account.id, reset_password.new_password);
end;
$$;

comment on function api.reset_password is
'POST /api/auth/reset-password
Topic: accounts
Hashes: new_password

Sets a password with the token of a mail, which works once, for an hour: that of somebody who forgot
the password, or the first one of somebody who was invited. All logins end, and an address that is
not verified yet is withdrawn.

404 reset_token_not_found: it is unknown, was used, or has run out.';

grant execute on function api.reset_password
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
