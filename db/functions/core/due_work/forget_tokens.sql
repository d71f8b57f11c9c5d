create or replace function core.forget_tokens(batch integer) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
    v_count integer;
begin
    delete from data.account_token as t
    where t.token_hash = any(array(
        select o.token_hash from data.account_token as o
        where o.expires_at <= clock_timestamp()
        order by o.expires_at
        limit forget_tokens.batch
        for update skip locked
    ));
    get diagnostics v_count = row_count;
    return v_count;
end;
$$;

comment on function core.forget_tokens is
'Deletes mailed tokens that have run out, at most `batch`; returns how many.';
