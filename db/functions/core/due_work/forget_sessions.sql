create or replace function core.forget_sessions(batch integer) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
    v_count integer;
begin
    delete from data.session as s
    where s.id = any(array(
        select o.id from data.session as o
        where o.expires_at <= clock_timestamp()
        order by o.id
        limit forget_sessions.batch
        for update skip locked
    ));
    get diagnostics v_count = row_count;
    return v_count;
end;
$$;

comment on function core.forget_sessions is
'Deletes sessions whose last refresh token has run out, at most `batch`; returns how many.';
