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
'Keeps an account from being erased until this transaction, which writes down something about it, is
over. For callers who have locked no slot yet; of nobody there is nothing to keep.

404 account_not_found: no such account, or it is not active, or is no more.';
