create or replace function core.set_password(email text, password_hash text) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
    v_id bigint;
begin
    select a.id into v_id
    from data.account as a
    where lower(a.email) = lower(set_password.email)
    for no key update;
    if not found then
        raise exception 'account_not_found' using errcode = 'PT404',
            detail = format('There is no account with the address %s.', set_password.email);
    end if;
    perform core.change_password(v_id, set_password.password_hash);
end;
$$;

comment on function core.set_password is
'Gives an account a password, the first or another one, and ends its logins; for the command line
and for DBAs.

404 account_not_found: nobody has that address.';
