create or replace function core.end_sessions(
    account_id bigint, kept_session_id bigint default null
) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
    update data.session as s
    set revoked_at = clock_timestamp()
    where s.account_id = end_sessions.account_id and s.revoked_at is null
        and s.id is distinct from end_sessions.kept_session_id;
end;
$$;

comment on function core.end_sessions is 'Ends the logins of an account, all or all but one.';
