create or replace function core.fit_seats(slot_id bigint, capacity integer) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
    v_all int4multirange := int4multirange(int4range(1, fit_seats.capacity + 1));
    v_taken int4multirange;
    v_sold integer;
    v_booking record;
    v_picked int4multirange;
begin
    select coalesce(range_agg(b.seats), '{}'), coalesce(sum(b.seat_count), 0)
    into v_taken, v_sold
    from data.booking as b
    where b.slot_id = fit_seats.slot_id and core.holds_seats(b.status);
    if v_sold > fit_seats.capacity then
        raise exception 'capacity_below_sold' using errcode = 'PT409',
            detail = format('Seats that are sold or held: %s.', v_sold);
    end if;
    for v_booking in
        select b.id, b.seats * v_all as kept, core.count_seats(b.seats - v_all) as beyond
        from data.booking as b
        where b.slot_id = fit_seats.slot_id and core.holds_seats(b.status) and not b.seats <@ v_all
        order by b.id
        for no key update
    loop
        v_picked := (core.lowest_seats(v_all - v_taken, v_booking.beyond)).picked;
        update data.booking as b set seats = v_booking.kept + v_picked where b.id = v_booking.id;
        v_taken := v_taken + v_picked;
    end loop;
end;
$$;

comment on function core.fit_seats is
'Gives bookings that have seats with numbers above a capacity others in their place, in a slot that
the caller has locked: as many are free below it, since no more are sold.

409 capacity_below_sold: more are sold than that.';
