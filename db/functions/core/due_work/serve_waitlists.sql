create or replace function core.serve_waitlists(batch integer) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
    v_now timestamptz;
    v_slot_ids bigint[];
    v_count integer;
begin
    v_now := clock_timestamp();
    v_slot_ids := array(
        select s.id
        from (
            select w.slot_id, min(w.seats) as seats
            from data.waitlist_entry as w
            where w.waiting
            group by w.slot_id
        ) as o
        join data.slot as s on s.id = o.slot_id
        where s.start_time <= v_now or o.seats <= s.capacity - (
            select coalesce(sum(b.seat_count), 0)
            from data.booking as b
            where b.slot_id = s.id and core.holds_seats(b.status)
                and not core.has_run_out(b.status, b.expires_at, v_now)
        )
        -- Where many cannot be served, all others get their turn. Nobody waits here: what somebody
        -- else has locked is left to them, or to the next run.
        order by random()
        limit serve_waitlists.batch
        for no key update of s skip locked
    );
    update data.waitlist_entry as w
    set ended_at = v_now
    from data.slot as s
    where s.id = any(v_slot_ids) and s.start_time <= v_now and w.slot_id = s.id and w.waiting;
    get diagnostics v_count = row_count;
    -- As many as may wait for a slot.
    return v_count + core.offer_seats(v_slot_ids, reach => 1000);
end;
$$;

comment on function core.serve_waitlists is
'Offers free seats to those who were passed over when the seats came free, and ends waiting for what
has started, in at most `batch` slots; returns how many that were.';
