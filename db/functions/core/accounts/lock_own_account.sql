create or replace function core.lock_own_account() returns data.account
language plpgsql volatile
set search_path = ''
as $$
declare
    v_account data.account;
begin
    select a.* into v_account
    from data.account as a
    where a.id = (select core.caller_account())
    for no key update;
    -- Asked again: whoever was erased or shut out meanwhile is nobody any more.
    if core.caller_account() is null then
        raise exception 'unauthenticated' using errcode = 'PT401',
            detail = 'Nobody is logged in.';
    end if;
    return v_account;
end;
$$;

comment on function core.lock_own_account is
'Locks the account of the caller, before its tokens and sessions, and returns it as it then is.

401 unauthenticated: nobody is logged in.';
