create or replace function api.reject_account(account_id bigint) returns api.account
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_account data.account;
begin
    perform core.caller_account();
    v_account := core.lock_account(reject_account.account_id);
    if v_account.status not in ('PENDING_APPROVAL', 'REJECTED') then
        raise exception 'account_not_pending' using errcode = 'PT409',
            detail = 'This account does not wait for approval.';
    end if;
    if v_account.status <> 'REJECTED' then
        update data.account as a set status = 'REJECTED' where a.id = v_account.id;
        delete from data.account_token as t where t.account_id = v_account.id;
    end if;
    return (select a from api.account as a where a.id = v_account.id);
end;
$$;

comment on function api.reject_account is
'POST /api/accounts/{account_id}/reject
Topic: accounts

Turns an account down that waits for approval: it cannot log in. Rejecting twice changes nothing,
and approving it afterwards is possible.

404 account_not_found: no such account.
409 account_not_pending: it does not wait for approval.';

grant execute on function api.reject_account to slotkeeper_admin;
