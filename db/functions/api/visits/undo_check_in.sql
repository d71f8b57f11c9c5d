create or replace function api.undo_check_in(booking_id bigint) returns api.booking
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_booking data.booking;
begin
    perform core.require_staff(undo_check_in.booking_id);
    v_booking := core.lock_booking(undo_check_in.booking_id);
    if v_booking.status <> 'CHECKED_IN' then
        raise exception 'booking_not_checked_in' using errcode = 'PT409',
            detail = format('Booking %s is %s.', v_booking.id,
                core.status_at(v_booking.status, v_booking.expires_at, clock_timestamp()));
    end if;
    if not v_booking.slot_open then
        raise exception 'slot_closed' using errcode = 'PT409',
            detail = 'The slot has been deleted since the patient came.';
    end if;
    update data.booking as b
    set status = 'CONFIRMED', checked_in_at = null
    where b.id = v_booking.id;
    return (select b from api.booking as b where b.id = v_booking.id);
end;
$$;

comment on function api.undo_check_in is
'PATCH /api/bookings/{booking_id}/undo-check-in
Topic: visits

Corrects a check-in: the booking is CONFIRMED again. For the doctor and the front desk.

403 forbidden: the caller owns the booking, and is not staff to it.
404 booking_not_found: no such booking, or it is not the caller''s.
409 booking_not_checked_in: it is not CHECKED_IN.
409 slot_closed: its slot has been deleted.';

grant execute on function api.undo_check_in
to slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
