create or replace function auth.credentials(email text)
returns table (account_id bigint, password_hash text)
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return query
    select a.id, a.password_hash
    from data.account as a
    where lower(a.email) = lower(credentials.email);
end;
$$;

comment on function auth.credentials is
'What a password is checked against; no row where nobody has the address.';

grant execute on function auth.credentials to slotkeeper_server;
