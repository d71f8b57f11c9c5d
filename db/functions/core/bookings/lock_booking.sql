create or replace function core.lock_booking(
    booking_id bigint, other_slot_id bigint default null
) returns data.booking
language plpgsql volatile
set search_path = ''
as $$
declare
    v_booking data.booking;
begin
    -- Nobody else moves it to another slot while we wait for the one that it is in.
    perform pg_advisory_xact_lock(hashtextextended('booking', lock_booking.booking_id));
    -- Slots before bookings, each in id order: everybody does, so nobody waits in a circle.
    perform from data.slot as s
    where s.id in (
        (select b.slot_id from data.booking as b where b.id = lock_booking.booking_id),
        lock_booking.other_slot_id
    )
    order by s.id
    for no key update;
    select b.* into v_booking
    from data.booking as b
    where b.id = lock_booking.booking_id
    for no key update;
    return v_booking;
end;
$$;

comment on function core.lock_booking is
'Locks the slot of a booking, another slot if named, then the booking, and returns it as it is then.
For callers who hold no lock yet.';
