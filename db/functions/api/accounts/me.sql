create or replace function api.me() returns api.account
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return (select a from api.account as a where a.id = core.caller_account());
end;
$$;

comment on function api.me is
'GET /api/auth/me

The account of the caller.

401 unauthenticated: the account does not exist, is not active or has another role.';

grant execute on function api.me to slotkeeper_patient;
grant execute on function api.me to slotkeeper_doctor;
grant execute on function api.me to slotkeeper_admin;
