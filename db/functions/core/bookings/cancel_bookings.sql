create or replace function core.cancel_bookings(
    booking_ids bigint[], refund boolean,
    cancelled_by data.canceller default 'STAFF', cancellation_reason data.note default null
) returns void
language plpgsql volatile
set search_path = ''
-- A plan for each list costs more than what is done with it.
set plan_cache_mode = force_generic_plan
as $$
begin
    perform core.release_bookings(
        cancel_bookings.booking_ids, 'CANCELLED', cancel_bookings.cancelled_by,
        cancel_bookings.cancellation_reason
    );
    if cancel_bookings.refund then
        perform core.owe_refund(cancel_bookings.booking_ids, 'Booking cancelled');
    end if;
end;
$$;

comment on function core.cancel_bookings is
'Cancels live bookings that the caller has locked; with `refund`, what is left of what was
paid is owed back.';
