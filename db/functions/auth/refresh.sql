create or replace function auth.refresh(
    refresh_token_hash bytea, new_refresh_token_hash bytea, lifetime_seconds integer
) returns core.session
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_session data.session;
    v_token data.refresh_token;
    v_now timestamptz;
    v_repeated boolean;
    v_expires_at timestamptz;
begin
    -- The session is locked, not the token: a revocation must not miss a token just being made.
    select s.* into v_session
    from data.session as s
    where s.id = (
        select t.session_id from data.refresh_token as t
        where t.token_hash = refresh.refresh_token_hash
    )
    for no key update;
    select t.* into v_token
    from data.refresh_token as t
    where t.token_hash = refresh.refresh_token_hash;
    v_now := clock_timestamp();
    -- Two tabs, or a lost answer: for ten seconds the same token gives the same successor.
    v_repeated := v_token.spent_at > v_now - interval '10 seconds' and exists (
        select from data.refresh_token as t
        where t.token_hash = refresh.new_refresh_token_hash and t.session_id = v_session.id
    );
    -- An error is told by a value, not by an exception, for the revocation has to be committed.
    if v_token.spent_at is not null and not v_repeated then
        update data.session as s
        set revoked_at = coalesce(s.revoked_at, v_now)
        where s.id = v_session.id;
        return core.describe_session(v_session.account_id, false, 'refresh_token_reused');
    end if;
    if v_token.token_hash is null or v_token.expires_at <= v_now or v_session.revoked_at is not null
        or not exists (
            select from data.account as a
            where a.id = v_session.account_id and a.status = 'ACTIVE'
        )
    then
        return row(
            null, null, null, null, null, false, 'refresh_token_invalid', null
        )::core.session;
    end if;
    if v_repeated then
        return core.describe_session(
            v_session.account_id, active => true, session_id => v_session.id
        );
    end if;
    v_expires_at := v_now + make_interval(secs => refresh.lifetime_seconds);
    update data.refresh_token as t set spent_at = v_now where t.token_hash = v_token.token_hash;
    insert into data.refresh_token (token_hash, session_id, expires_at)
    values (refresh.new_refresh_token_hash, v_session.id, v_expires_at);
    update data.session as s
    set expires_at = v_expires_at, refreshed_at = v_now
    where s.id = v_session.id;
    return core.describe_session(v_session.account_id, active => true, session_id => v_session.id);
end;
$$;

comment on function auth.refresh is
'POST /api/auth/refresh
POST /auth/refresh
Topic: accounts

Gives a new pair of tokens for a refresh token, which is then spent: within ten seconds it gives the
same refresh token again, later its use ends the whole login.';

grant execute on function auth.refresh to slotkeeper_server;
