create or replace function auth.own_password() returns text
language plpgsql stable security definer
set search_path = ''
as $$
declare
    v_id text := nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub';
begin
    return (
        select a.password_hash from data.account as a
        where a.id = case when v_id ~ '^[0-9]{1,18}$' then v_id::bigint end
    );
end;
$$;

comment on function auth.own_password is
'What the password of the caller is checked against where a function asks for it; null where there
is none.';

grant execute on function auth.own_password to slotkeeper_server;
