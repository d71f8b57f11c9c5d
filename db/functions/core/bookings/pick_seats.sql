create or replace function core.pick_seats(
    slot_id bigint, capacity integer, seats integer, instant timestamptz
) returns int4multirange
language plpgsql volatile
set search_path = ''
as $$
declare
    v_taken int4multirange;
    v_run_out boolean;
    v_lowest record;
begin
    -- Mostly nobody has any yet.
    perform from data.booking as b
    where b.slot_id = pick_seats.slot_id and core.holds_seats(b.status)
    limit 1;
    if not found and pick_seats.seats <= pick_seats.capacity then
        return int4multirange(int4range(1, pick_seats.seats + 1));
    end if;
    select
        range_agg(b.seats) filter (
            where not core.has_run_out(b.status, b.expires_at, pick_seats.instant)
        ),
        bool_or(core.has_run_out(b.status, b.expires_at, pick_seats.instant))
    into v_taken, v_run_out
    from data.booking as b
    where b.slot_id = pick_seats.slot_id and core.holds_seats(b.status);
    if v_run_out and (
        select s.has_waitlist from data.slot as s where s.id = pick_seats.slot_id
    ) then
        -- Whoever waits for them comes first: core.offer_seats.
        select range_agg(b.seats) into v_taken
        from data.booking as b
        where b.slot_id = pick_seats.slot_id and core.holds_seats(b.status);
    elsif v_run_out then
        -- Only a booking that is marked FAILED lets the constraint sell its seats again.
        perform core.expire_holds(array[pick_seats.slot_id], pick_seats.instant);
    end if;
    v_lowest := core.lowest_seats(
        int4multirange(int4range(1, pick_seats.capacity + 1)) - coalesce(v_taken, '{}'),
        pick_seats.seats
    );
    if v_lowest.missing = 0 then
        return v_lowest.picked;
    end if;
    if v_lowest.missing = pick_seats.seats then
        raise exception 'slot_taken' using errcode = 'PT409',
            detail = 'This slot has no free seat.';
    end if;
    raise exception 'not_enough_seats' using errcode = 'PT409',
        detail = format(
            'You asked for %s seats; %s can be had.', pick_seats.seats,
            pick_seats.seats - v_lowest.missing
        );
end;
$$;

comment on function core.pick_seats is
'The lowest free seats of a slot that the caller has locked. Holds that have run out at `instant`,
which is read after the lock, give way, unless somebody waits for them.

409 slot_taken: no seat is free.
409 not_enough_seats: some are free, fewer than asked.';
