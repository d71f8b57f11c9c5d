create or replace function auth.open_session(
    account_id bigint, refresh_token_hash bytea, lifetime_seconds integer
) returns core.session
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_expires_at timestamptz := clock_timestamp()
        + make_interval(secs => open_session.lifetime_seconds);
    v_session_id bigint;
begin
    -- The server has checked the password.
    if not exists (
        select from data.account as a where a.id = open_session.account_id and a.status = 'ACTIVE'
    ) then
        raise exception 'account_pending' using errcode = 'PT403',
            detail = 'An admin has to approve this account before it can log in.';
    end if;
    insert into data.session as s (account_id, expires_at)
    values (open_session.account_id, v_expires_at)
    returning s.id into v_session_id;
    insert into data.refresh_token (token_hash, session_id, expires_at)
    values (open_session.refresh_token_hash, v_session_id, v_expires_at);
    return core.describe_session(open_session.account_id, active => true);
end;
$$;

comment on function auth.open_session is
'POST /api/auth/login
POST /auth/login
Topic: accounts

Logs in with an email address and a password.

403 account_pending: an admin has to approve the account first.';

grant execute on function auth.open_session to slotkeeper_server;
