create or replace function api.list_sessions(
    "limit" data.page_size default 50, after bigint default null
) returns setof api.session
language plpgsql stable security definer
set search_path = ''
as $$
declare
    v_account_id bigint;
begin
    v_account_id := core.caller_account();
    perform core.require_after(list_sessions.after is null or exists (
        select from data.session as s
        where s.id = list_sessions.after and s.account_id = v_account_id
    ));
    return query
    select
        s.id, s.created_at, s.refreshed_at, s.expires_at,
        coalesce(s.id = core.caller_session(), false)
    from data.session as s
    where s.account_id = v_account_id and s.revoked_at is null
        and s.expires_at > statement_timestamp()
        and (list_sessions.after is null or s.id > list_sessions.after)
    order by s.id
    limit list_sessions.limit;
end;
$$;

comment on function api.list_sessions is
'GET /api/auth/sessions
Topic: accounts

The logins of the caller that have not ended, by id.

400 invalid_parameter: `after` names no row that the caller may see.';

grant execute on function api.list_sessions
to slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
