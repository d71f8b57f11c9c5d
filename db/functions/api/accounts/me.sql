create or replace function api.me() returns api.account
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return (select a from api.account as a where a.id = (select core.caller_account()));
end;
$$;

comment on function api.me is
'GET /api/auth/me
Topic: accounts

The account of the caller.';

grant execute on function api.me
to slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
