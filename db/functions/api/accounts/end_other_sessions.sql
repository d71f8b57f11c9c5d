create or replace function api.end_other_sessions() returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_account data.account;
begin
    v_account := core.lock_own_account();
    perform core.end_sessions(v_account.id, core.caller_session());
end;
$$;

comment on function api.end_other_sessions is
'DELETE /api/auth/sessions
Topic: accounts

Ends all logins of the caller but the one that the token of this request comes from.';

grant execute on function api.end_other_sessions
to slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
