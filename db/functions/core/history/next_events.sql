create or replace function core.next_events(reader text, most integer) returns setof data.change
language plpgsql volatile
set search_path = ''
as $$
declare
    v_reader data.event_reader;
    v_changes data.change[];
begin
    select r.* into v_reader
    from data.event_reader as r
    where r.name = next_events.reader
    for update skip locked;
    if core.is_ahead(v_reader.last_xid) then
        raise exception 'The history comes from another cluster: run slotkeeper deploy.'
            using errcode = 'object_not_in_prerequisite_state';
    end if;
    -- Nothing is passed that is still open: it may have a lower number than what is there.
    v_changes := array(
        select c
        from data.change as c
        where (c.xid, c.id) > (v_reader.last_xid, v_reader.last_id)
            and c.xid < pg_snapshot_xmin(pg_current_snapshot())
        order by c.xid, c.id
        limit next_events.most
    );
    if cardinality(v_changes) = 0 then
        return;
    end if;
    update data.event_reader as r
    set last_xid = v_changes[cardinality(v_changes)].xid,
        last_id = v_changes[cardinality(v_changes)].id
    where r.name = next_events.reader;
    return query select c.* from unnest(v_changes) as c;
end;
$$;

comment on function core.next_events is
'The next changes for a reader, in an order in which none is missed. The reader moves past them in
the same transaction: whoever writes down in it what follows from them does so once. Nothing while
another transaction reads for the same reader.

Raises 55000 in a database that came from another cluster and was not deployed since.';
