create or replace function auth.logout(refresh_token_hash bytea) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
    update data.session as s
    set revoked_at = clock_timestamp()
    where s.revoked_at is null and s.id = (
        select t.session_id from data.refresh_token as t
        where t.token_hash = logout.refresh_token_hash
    );
end;
$$;

comment on function auth.logout is
'POST /api/auth/logout
Topic: accounts

Ends the login that a refresh token belongs to; an unknown one changes nothing.';

grant execute on function auth.logout to slotkeeper_server;
