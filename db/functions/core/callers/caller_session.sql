create or replace function core.caller_session() returns bigint
language plpgsql stable
set search_path = ''
as $$
declare
    v_id text := nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'session_id';
begin
    return case when v_id ~ '^[0-9]{1,18}$' then v_id::bigint end;
end;
$$;

comment on function core.caller_session is
'The login that the caller''s token comes from (claim `session_id`), or null.';
