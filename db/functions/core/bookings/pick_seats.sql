create or replace function core.pick_seats(
    slot_id bigint, capacity integer, seats integer, instant timestamptz
) returns int4multirange
language plpgsql volatile
set search_path = ''
as $$
declare
    v_taken int4multirange;
    v_run_out boolean;
    v_picked int4multirange := '{}'::int4multirange;
    v_missing integer := pick_seats.seats;
    v_range int4range;
begin
    select
        range_agg(b.seats) filter (
            where not core.has_run_out(b.status, b.expires_at, pick_seats.instant)
        ),
        bool_or(core.has_run_out(b.status, b.expires_at, pick_seats.instant))
    into v_taken, v_run_out
    from data.booking as b
    where b.slot_id = pick_seats.slot_id and b.holds_seats;
    if v_run_out then
        -- Only a booking that is marked FAILED lets the constraint sell its seats again.
        perform core.expire_holds(array[pick_seats.slot_id], pick_seats.instant);
    end if;
    if v_taken is null and v_missing <= pick_seats.capacity then
        return int4multirange(int4range(1, v_missing + 1));
    end if;
    for v_range in
        select r.seats
        from unnest(
            int4multirange(int4range(1, pick_seats.capacity + 1)) - coalesce(v_taken, '{}')
        ) as r (seats)
    loop
        v_range := int4range(lower(v_range), least(upper(v_range), lower(v_range) + v_missing));
        v_picked := v_picked + int4multirange(v_range);
        v_missing := v_missing - (upper(v_range) - lower(v_range));
        if v_missing = 0 then
            return v_picked;
        end if;
    end loop;
    if isempty(v_picked) then
        raise exception 'slot_taken' using errcode = 'PT409',
            detail = 'This slot has no free seat.';
    end if;
    raise exception 'not_enough_seats' using errcode = 'PT409',
        detail = format(
            'You asked for %s seats; %s can be had.', pick_seats.seats,
            pick_seats.seats - v_missing
        );
end;
$$;

comment on function core.pick_seats is
'The lowest free seats of a slot that the caller has locked. Holds that have run out at `instant`,
which is read after the lock, give way.

409 slot_taken: no seat is free.
409 not_enough_seats: some are free, fewer than asked.';
