-- Builders and actors for tests; only test databases have this schema.
create schema tests;
grant usage on schema tests to public;

create function tests.email_of(account_id bigint) returns text
language sql stable security definer
set search_path = ''
as $$
select a.email from data.account as a where a.id = email_of.account_id;
$$;

-- From here to the end of the transaction be what the server would be for such a caller.
-- The role may be written with or without its prefix.
create function tests.act_as(role text, account bigint default null) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
    v_role text := regexp_replace(act_as.role, '^slotkeeper_', '');
begin
    perform set_config('request.jwt.claims', json_strip_nulls(json_build_object(
        'sub', act_as.account::text, 'role', v_role, 'email', tests.email_of(act_as.account)
    ))::text, true);
    perform set_config('role', 'slotkeeper_' || v_role, true);
end;
$$;

-- Be the administrator again, with no account.
create function tests.act_as_nobody() returns void
language plpgsql volatile
set search_path = ''
as $$
begin
    perform set_config('request.jwt.claims', '', true);
    perform set_config('role', 'none', true);
end;
$$;
