create or replace function core.release_bookings(
    booking_ids bigint[], status data.booking_status,
    cancelled_by data.canceller default null, cancellation_reason data.note default null,
    refund boolean default false
) returns integer
language plpgsql volatile
set search_path = ''
-- A plan for each list of bookings costs as much as ending one.
set plan_cache_mode = force_generic_plan
as $$
declare
    v_count integer;
begin
    with closed as (
        update data.payment as p
        set status = 'CANCELLED', settled_at = clock_timestamp()
        where p.booking_id = any(release_bookings.booking_ids) and p.status = 'PENDING'
    )
    update data.booking as b
    set status = release_bookings.status,
        cancelled_at = case when release_bookings.status = 'CANCELLED' then clock_timestamp() end,
        cancelled_by = release_bookings.cancelled_by,
        cancellation_reason = release_bookings.cancellation_reason
    where b.id = any(release_bookings.booking_ids);
    get diagnostics v_count = row_count;
    if release_bookings.refund then
        perform core.owe_refund(release_bookings.booking_ids, 'Booking cancelled');
    end if;
    return v_count;
end;
$$;

comment on function core.release_bookings is
'Ends live bookings that the caller has locked, with FAILED or CANCELLED, and closes their open
payments; returns how many. With `refund`, what is left of what was paid is owed back. Their seats
are free with it; whoever keeps the slot offers them to those who wait, by core.offer_seats.';
