create or replace function api.end_session(session_id bigint) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_account_id bigint;
begin
    v_account_id := core.caller_account();
    update data.session as s
    set revoked_at = coalesce(s.revoked_at, clock_timestamp())
    where s.id = end_session.session_id and s.account_id = v_account_id;
    if not found then
        raise exception 'session_not_found' using errcode = 'PT404',
            detail = format('You have no login %s.', end_session.session_id);
    end if;
end;
$$;

comment on function api.end_session is
'DELETE /api/auth/sessions/{session_id}
Topic: accounts

Ends a login of the caller, the present one too: its tokens are worth nothing from then on. To end
it twice changes nothing.

404 session_not_found: the caller has no such login.';

grant execute on function api.end_session
to slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
