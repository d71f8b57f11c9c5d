create or replace function core.act_as(email text) returns text
language plpgsql volatile
set search_path = ''
as $$
declare
    v_account data.account;
begin
    select a.* into v_account from data.account as a where lower(a.email) = lower(act_as.email);
    if not found then
        raise exception 'account_not_found' using errcode = 'PT404',
            detail = format('There is no account with the address %s.', act_as.email);
    end if;
    perform set_config('request.jwt.claims', json_build_object(
        'sub', v_account.id::text, 'role', v_account.role, 'email', v_account.email
    )::text, false);
    perform set_config('role', 'slotkeeper_' || v_account.role, false);
    return format('You are %s (%s) until you say: discard all;', v_account.name, v_account.role);
end;
$$;

comment on function core.act_as is
'For DBAs: act as this account for the rest of the session, with its rights and no others.
`discard all` ends it; `reset role` alone leaves the account in what is written to the history.

404 account_not_found: nobody has that address.';
