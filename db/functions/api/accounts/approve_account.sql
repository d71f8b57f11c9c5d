create or replace function api.approve_account(account_id bigint) returns api.account
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_account data.account;
begin
    perform core.caller_account();
    v_account := core.lock_account(approve_account.account_id);
    if v_account.status not in ('PENDING_APPROVAL', 'REJECTED', 'ACTIVE') then
        raise exception 'account_not_pending' using errcode = 'PT409',
            detail = 'This account does not wait for approval.';
    end if;
    if v_account.status <> 'ACTIVE' then
        update data.account as a set status = 'ACTIVE' where a.id = v_account.id;
    end if;
    update data.doctor as d
    set listed_at = clock_timestamp()
    where d.account_id = v_account.id and d.listed_at is null;
    return (select a from api.account as a where a.id = v_account.id);
end;
$$;

comment on function api.approve_account is
'POST /api/accounts/{account_id}/approve
Topic: accounts

Lets an account log in that waits for approval or was rejected, and shows its doctor to everybody.
Approving twice changes nothing.

404 account_not_found: no such account.
409 account_not_pending: it does not wait for approval: a suspended one is reactivated instead.';

grant execute on function api.approve_account to slotkeeper_admin;
