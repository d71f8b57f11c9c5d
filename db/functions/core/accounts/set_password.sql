create or replace function core.set_password(email text, password_hash text) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
    v_id bigint;
begin
    update data.account as a
    set password_hash = set_password.password_hash
    where lower(a.email) = lower(set_password.email)
    returning a.id into v_id;
    if not found then
        raise exception 'account_not_found' using errcode = 'PT404',
            detail = format('There is no account with the address %s.', set_password.email);
    end if;
    update data.session as s
    set revoked_at = clock_timestamp()
    where s.account_id = v_id and s.revoked_at is null;
end;
$$;

comment on function core.set_password is
'Gives an account a password, the first or another one, and ends its logins; for the command line
and for DBAs.

404 account_not_found: nobody has that address.';
