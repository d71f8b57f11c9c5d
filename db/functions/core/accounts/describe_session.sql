create or replace function core.describe_session(
    account_id bigint, active boolean, error text default null, session_id bigint default null
) returns core.session
language plpgsql stable
set search_path = ''
as $$
declare
    v_session core.session;
begin
    select
        a.id, a.name, a.email, a.role, a.status, describe_session.active, describe_session.error,
        describe_session.session_id
    into v_session
    from data.account as a
    where a.id = describe_session.account_id;
    return v_session;
end;
$$;

comment on function core.describe_session is
'What the server needs to know of an account to log it in.';
