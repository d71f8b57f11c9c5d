create or replace function core.hold_account(account_id bigint) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
    perform from data.account as a
    where a.id = hold_account.account_id and a.status = 'ACTIVE'
    for share;
    if not found and hold_account.account_id is not null then
        raise exception 'account_not_found' using errcode = 'PT404',
            detail = format('There is no active account %s.', hold_account.account_id);
    end if;
end;
$$;

comment on function core.hold_account is
'Keeps an active account from being erased until the end of the transaction, which writes down
something about it; null is nobody''s. For callers who have not locked a slot yet.

404 account_not_found: no such account, or it is not active.';
