create or replace function core.lock_account(account_id bigint) returns data.account
language plpgsql volatile
set search_path = ''
as $$
declare
    v_account data.account;
begin
    select a.* into v_account
    from data.account as a
    where a.id = lock_account.account_id
    for no key update;
    if not found then
        raise exception 'account_not_found' using errcode = 'PT404',
            detail = format('There is no account %s.', lock_account.account_id);
    end if;
    return v_account;
end;
$$;

comment on function core.lock_account is
'Locks an account, before its tokens and sessions, and returns it as it then is.

404 account_not_found: no such account.';
