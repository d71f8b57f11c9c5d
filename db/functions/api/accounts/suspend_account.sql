create or replace function api.suspend_account(account_id bigint) returns api.account
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_account data.account;
begin
    perform core.caller_account();
    v_account := core.lock_account(suspend_account.account_id);
    if v_account.status not in ('ACTIVE', 'SUSPENDED') then
        raise exception 'account_not_active' using errcode = 'PT409',
            detail = 'This account is not active: it can be approved or rejected.';
    end if;
    if v_account.status <> 'SUSPENDED' then
        update data.account as a set status = 'SUSPENDED' where a.id = v_account.id;
        delete from data.account_token as t where t.account_id = v_account.id;
        perform core.end_sessions(v_account.id);
        update data.doctor as d
        set suspended_at = clock_timestamp()
        where d.account_id = v_account.id;
    end if;
    return (select a from api.account as a where a.id = v_account.id);
exception
    when check_violation then
        raise exception 'last_admin' using errcode = 'PT409',
            detail = 'This is the last admin, who stays one.';
end;
$$;

comment on function api.suspend_account is
'POST /api/accounts/{account_id}/suspend
Topic: accounts

Shuts an account out: its tokens are refused from the next request on, and all of its logins have
ended. A doctor''s slots are offered no more; bookings that were made stay. Suspending twice changes
nothing.

404 account_not_found: no such account.
409 account_not_active: it waits for approval or was rejected.
409 last_admin: nobody else is an admin.';

grant execute on function api.suspend_account to slotkeeper_admin;
