create or replace function api.approve_account(account_id bigint) returns api.account
language plpgsql volatile security definer
set search_path = ''
as $$
begin
    perform core.caller_account();
    update data.account as a set status = 'ACTIVE' where a.id = approve_account.account_id;
    if not found then
        raise exception 'account_not_found' using errcode = 'PT404',
            detail = format('There is no account %s.', approve_account.account_id);
    end if;
    update data.doctor as d
    set listed_at = clock_timestamp()
    where d.account_id = approve_account.account_id and d.listed_at is null;
    return (select a from api.account as a where a.id = approve_account.account_id);
end;
$$;

comment on function api.approve_account is
'POST /api/accounts/{account_id}/approve
Topic: accounts

Lets an account log in, and shows its doctor to everybody. Approving twice changes nothing.

404 account_not_found: no such account.';

grant execute on function api.approve_account to slotkeeper_admin;
