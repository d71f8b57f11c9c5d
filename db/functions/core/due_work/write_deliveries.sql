create or replace function core.write_deliveries(batch integer) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
    v_until timestamptz := clock_timestamp() + interval '2 seconds';
    v_read integer;
    v_written integer;
    v_count integer := 0;
begin
    if not exists (select from data.webhook as w where w.active) then
        -- Nobody is to be told of what has been so far: go past it, up to what is still open.
        update data.event_reader as r
        set last_xid = pg_snapshot_xmin(pg_current_snapshot()), last_id = 0
        where r.name = 'webhooks' and r.last_xid < pg_snapshot_xmin(pg_current_snapshot());
        return 0;
    end if;
    loop
        with event as materialized (
            select e.id, e.xid, e.event, e.made_at
            from core.next_events('webhooks', write_deliveries.batch) as e
        ),
        written as (
            insert into data.delivery (webhook_id, change_id)
            select w.id, e.id
            from event as e
            join data.webhook as w
                on w.active and w.created_at < e.made_at
                and (w.events is null or e.event = any(w.events))
            where e.event is not null
            order by e.xid, e.id
            on conflict on constraint delivery_once do nothing
            returning id
        )
        select (select count(*) from event), (select count(*) from written)
        into v_read, v_written;
        v_count := v_count + v_written;
        exit when v_read < write_deliveries.batch or clock_timestamp() > v_until;
    end loop;
    return v_count;
end;
$$;

comment on function core.write_deliveries is
'Writes the deliveries of what has happened, in its order, `batch` changes at a time, for two
seconds at the most; returns how many.';
