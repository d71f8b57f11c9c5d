create or replace function core.cancel_bookings(
    booking_ids bigint[], refund boolean,
    cancelled_by data.canceller default 'STAFF', cancellation_reason data.note default null
) returns void
language plpgsql volatile
set search_path = ''
-- A plan for each list of bookings costs as much as ending one.
set plan_cache_mode = force_generic_plan
as $$
begin
    perform core.release_bookings(
        cancel_bookings.booking_ids, 'CANCELLED', cancel_bookings.cancelled_by,
        cancel_bookings.cancellation_reason
    );
    if cancel_bookings.refund then
        insert into data.refund (payment_id, captured_amount, portion)
        select p.id, p.captured_amount, numrange(0, p.captured_amount)
        from data.payment as p
        where p.booking_id = any(cancel_bookings.booking_ids) and p.status = 'SUCCEEDED';
    end if;
end;
$$;

comment on function core.cancel_bookings is
'Cancels live bookings that the caller has locked; with `refund`, what was paid is owed back in
full.';
