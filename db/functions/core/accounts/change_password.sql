create or replace function core.change_password(
    account_id bigint, password_hash text, kept_session_id bigint default null
) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
    update data.account as a
    set password_hash = change_password.password_hash, new_email = null
    where a.id = change_password.account_id;
    -- Whoever asked for them wanted what has been done now, or is somebody else.
    delete from data.account_token as t
    where t.account_id = change_password.account_id;
    perform core.end_sessions(change_password.account_id, change_password.kept_session_id);
end;
$$;

comment on function core.change_password is
'Gives a locked account another password, ends its logins, all or all but one, and makes worthless
what was mailed to it and a change of address that waits.';
