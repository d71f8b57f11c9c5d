create or replace function core.caller_account() returns bigint
language plpgsql stable
set search_path = ''
as $$
declare
    v_role text;
    v_claims jsonb;
    v_id bigint;
begin
    v_role := core.caller_role();
    if v_role = 'anon' then
        return null;
    end if;
    v_claims := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
    if v_claims ->> 'sub' ~ '^[0-9]{1,18}$' then
        select a.id into v_id
        from data.account as a
        where a.id = (v_claims ->> 'sub')::bigint
            and a.status = 'ACTIVE' and a.role = v_role::data.account_role
            and (v_claims ->> 'session_id' is null or exists (
                select from data.session as s
                where s.id = core.caller_session() and s.account_id = a.id and s.revoked_at is null
            ));
    end if;
    -- Only a DBA, who is an admin without being logged in as one, may act without an account.
    -- Claims that name a role are what core.act_as has left behind.
    if v_role = 'admin'
        and 'slotkeeper_admin' not in (session_user, current_setting('role', true))
    then
        return case when v_claims ? 'role' then null else v_id end;
    end if;
    if v_id is null then
        raise exception 'unauthenticated' using errcode = 'PT401',
            detail = 'The account of this token does not exist, is not active or has another role,'
                ' or its login has ended.';
    end if;
    return v_id;
end;
$$;

comment on function core.caller_account is
'The account of the caller (claim `sub` of the setting request.jwt.claims), null for anonymous
callers and for a DBA who acts as nobody. Read afresh, so that a token outlives neither its account
nor its login (claim `session_id`, where there is one) nor a change of role.

401 unauthenticated: the account does not exist, is not active or has another role, or its login has
    ended.';
