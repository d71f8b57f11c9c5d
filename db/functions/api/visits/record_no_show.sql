create or replace function api.record_no_show(booking_id bigint) returns api.booking
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_booking data.booking;
    v_start timestamptz;
    v_now timestamptz;
begin
    perform core.require_staff(record_no_show.booking_id);
    v_booking := core.lock_booking(record_no_show.booking_id);
    v_now := clock_timestamp();
    if v_booking.status <> 'CONFIRMED' then
        raise exception 'booking_not_confirmed' using errcode = 'PT409',
            detail = format('Booking %s is %s.', v_booking.id,
                core.status_at(v_booking.status, v_booking.expires_at, v_now));
    end if;
    select s.start_time into v_start from data.slot as s where s.id = v_booking.slot_id;
    if v_start > v_now then
        raise exception 'slot_not_started' using errcode = 'PT409',
            detail = 'Nobody is late before the slot has started.';
    end if;
    update data.booking as b set status = 'NO_SHOW' where b.id = v_booking.id;
    return (select b from api.booking as b where b.id = v_booking.id);
end;
$$;

comment on function api.record_no_show is
'PATCH /api/bookings/{booking_id}/no-show
Topic: visits

The patient did not come. Whoever comes after all is checked in. What was paid is kept. For the
doctor and the front desk.

403 forbidden: the caller owns the booking, and is not staff to it.
404 booking_not_found: no such booking, or it is not the caller''s.
409 booking_not_confirmed: it is not CONFIRMED.
409 slot_not_started: the slot is still to start.';

grant execute on function api.record_no_show
to slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
