-- The token in the last mail to an address; null where there is none.
create function tests.mailed_token(address text) returns text
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return (
        select substring(m.body_text from '[0-9a-f]{64}')
        from data.message as m
        where m.to_address = mailed_token.address
        order by m.id desc
        limit 1
    );
end;
$$;

-- A login of an account, written straight into the table; returns its id.
create function tests.session(account bigint) returns bigint
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_id bigint;
begin
    insert into data.session as s (account_id, expires_at)
    values (session.account, clock_timestamp() + interval '1 day')
    returning s.id into v_id;
    return v_id;
end;
$$;

-- Be the caller that one is already, with a token of this login.
create function tests.with_session(session bigint) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
    perform set_config('request.jwt.claims', (
        current_setting('request.jwt.claims')::jsonb
        || jsonb_build_object('session_id', with_session.session)
    )::text, true);
end;
$$;
