create or replace function core.unlinked_changes() returns setof data.change
language plpgsql stable
set search_path = ''
-- By the index, whatever statistics say: there is little behind the place of the reader.
set enable_seqscan = off
as $$
begin
    return query
    select p.*
    from data.change as c
    cross join lateral core.plain_change(c) as p
    where (c.xid, c.id) > (
        select r.last_xid, r.last_id from data.event_reader as r where r.name = 'chain'
    );
end;
$$;

comment on function core.unlinked_changes is
'The changes that are not in the chain yet, in no order.';
