create or replace function api.reactivate_account(account_id bigint) returns api.account
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_account data.account;
begin
    perform core.caller_account();
    v_account := core.lock_account(reactivate_account.account_id);
    if v_account.status not in ('ACTIVE', 'SUSPENDED') then
        raise exception 'account_not_suspended' using errcode = 'PT409',
            detail = 'This account is not suspended: it can be approved or rejected.';
    end if;
    if v_account.status <> 'ACTIVE' then
        update data.account as a set status = 'ACTIVE' where a.id = v_account.id;
        update data.doctor as d set suspended_at = null where d.account_id = v_account.id;
    end if;
    return (select a from api.account as a where a.id = v_account.id);
end;
$$;

comment on function api.reactivate_account is
'POST /api/accounts/{account_id}/reactivate
Topic: accounts

Lets a suspended account log in again, and offers its doctor''s slots again. Reactivating twice
changes nothing.

404 account_not_found: no such account.
409 account_not_suspended: it waits for approval or was rejected.';

grant execute on function api.reactivate_account to slotkeeper_admin;
