create or replace function core.create_admin(
    email text, name text, password_hash text
) returns bigint
language plpgsql volatile
set search_path = ''
as $$
declare
    v_id bigint;
begin
    insert into data.account as a (name, email, password_hash, role)
    values (create_admin.name, create_admin.email, create_admin.password_hash, 'admin')
    returning a.id into v_id;
    return v_id;
exception
    when unique_violation then
        raise exception 'email_taken' using errcode = 'PT409',
            detail = format('There already is an account with the address %s.', create_admin.email);
    when check_violation then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'The name or the address is not well-formed.';
end;
$$;

comment on function core.create_admin is
'Makes an admin''s account and returns its id; for the command line and for DBAs.

400 invalid_parameter: the name or the address is not well-formed.
409 email_taken: somebody has that address.';
