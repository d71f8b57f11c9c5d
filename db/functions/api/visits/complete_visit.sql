create or replace function api.complete_visit(booking_id bigint) returns api.booking
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_booking data.booking;
    v_now timestamptz;
begin
    perform core.require_staff(complete_visit.booking_id);
    v_booking := core.lock_booking(complete_visit.booking_id);
    v_now := clock_timestamp();
    if v_booking.status <> 'CHECKED_IN' then
        raise exception 'booking_not_checked_in' using errcode = 'PT409',
            detail = format('Booking %s is %s.', v_booking.id,
                core.status_at(v_booking.status, v_booking.expires_at, v_now));
    end if;
    -- Clocks may be put back.
    update data.booking as b
    set status = 'COMPLETED', completed_at = greatest(v_now, b.checked_in_at)
    where b.id = v_booking.id;
    -- Whoever came and went before the time leaves a seat.
    perform core.offer_seats(array[v_booking.slot_id]);
    return (select b from api.booking as b where b.id = v_booking.id);
end;
$$;

comment on function api.complete_visit is
'PATCH /api/bookings/{booking_id}/complete
Topic: visits

The visit of a patient who was checked in is over. For the doctor and the front desk.

403 forbidden: the caller owns the booking, and is not staff to it.
404 booking_not_found: no such booking, or it is not the caller''s.
409 booking_not_checked_in: it is not CHECKED_IN.';

grant execute on function api.complete_visit
to slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
