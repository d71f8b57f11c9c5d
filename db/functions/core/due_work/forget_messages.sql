create or replace function core.forget_messages(batch integer) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
    v_before timestamptz := clock_timestamp() - interval '1 year';
    v_messages integer;
    v_tokens integer;
begin
    delete from data.message as m
    where m.id = any(array(
        select o.id from data.message as o
        where o.created_at < v_before
        order by o.created_at
        limit forget_messages.batch
        for update skip locked
    ));
    get diagnostics v_messages = row_count;
    delete from data.manage_token as t
    where t.token_hash = any(array(
        select o.token_hash from data.manage_token as o
        where o.created_at < v_before
        order by o.created_at
        limit forget_messages.batch
        for update skip locked
    ));
    get diagnostics v_tokens = row_count;
    return v_messages + v_tokens;
end;
$$;

comment on function core.forget_messages is
'Deletes messages that are older than a year, and the manage tokens that were mailed so long ago, at
most `batch` of each; returns how many.';
