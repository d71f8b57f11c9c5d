create or replace function auth.open_session(
    account_id bigint, password_hash text, refresh_token_hash bytea, lifetime_seconds integer
) returns core.session
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_expires_at timestamptz := clock_timestamp()
        + make_interval(secs => open_session.lifetime_seconds);
    v_session_id bigint;
    v_account data.account;
begin
    -- The server has checked the password against a hash that may have changed meanwhile: whoever
    -- changes it ends all logins, and waits here for those that it has not seen.
    select a.* into v_account
    from data.account as a
    where a.id = open_session.account_id
    for share;
    if coalesce(v_account.password_hash <> open_session.password_hash, true)
        or v_account.status = 'ERASED'
    then
        raise exception 'invalid_credentials' using errcode = 'PT401',
            detail = 'The email address or the password is wrong.';
    end if;
    if v_account.status = 'PENDING_APPROVAL' then
        raise exception 'account_pending' using errcode = 'PT403',
            detail = 'An admin has to approve this account before it can log in.';
    end if;
    if v_account.status = 'REJECTED' then
        raise exception 'account_rejected' using errcode = 'PT403',
            detail = 'An admin has turned this account down.';
    end if;
    if v_account.status = 'SUSPENDED' then
        raise exception 'account_suspended' using errcode = 'PT403',
            detail = 'An admin has suspended this account.';
    end if;
    insert into data.session as s (account_id, expires_at)
    values (open_session.account_id, v_expires_at)
    returning s.id into v_session_id;
    insert into data.refresh_token (token_hash, session_id, expires_at)
    values (open_session.refresh_token_hash, v_session_id, v_expires_at);
    return core.describe_session(
        open_session.account_id, active => true, session_id => v_session_id
    );
end;
$$;

comment on function auth.open_session is
'POST /api/auth/login
POST /auth/login
Topic: accounts

Logs in with an email address and a password.

401 invalid_credentials: the email address or the password is wrong.
403 account_pending: an admin has to approve the account first.
403 account_rejected: an admin has turned the account down.
403 account_suspended: an admin has suspended the account.';

grant execute on function auth.open_session to slotkeeper_server;
