create or replace function api.check_in(booking_id bigint) returns api.booking
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_booking data.booking;
    v_day date;
    v_today date;
    v_now timestamptz;
begin
    perform core.require_staff(check_in.booking_id);
    v_booking := core.lock_booking(check_in.booking_id);
    v_now := clock_timestamp();
    if v_booking.status not in ('CONFIRMED', 'NO_SHOW') then
        raise exception 'booking_not_confirmed' using errcode = 'PT409',
            detail = format('Booking %s is %s.', v_booking.id,
                core.status_at(v_booking.status, v_booking.expires_at, v_now));
    end if;
    select (s.start_time at time zone c.time_zone)::date, (v_now at time zone c.time_zone)::date
    into v_day, v_today
    from data.slot as s
    join data.doctor as d on d.id = s.doctor_id
    join data.clinic as c on c.id = d.clinic_id
    where s.id = v_booking.slot_id;
    if v_today < v_day then
        raise exception 'too_early_to_check_in' using errcode = 'PT409',
            detail = format('The visit is on %s.', v_day);
    end if;
    update data.booking as b
    set status = 'CHECKED_IN', checked_in_at = v_now
    where b.id = v_booking.id;
    return (select b from api.booking as b where b.id = v_booking.id);
exception
    when check_violation then
        raise exception 'slot_taken' using errcode = 'PT409',
            detail = 'The slot has been made smaller since the patient was missed.';
end;
$$;

comment on function api.check_in is
'PATCH /api/bookings/{booking_id}/check-in
Topic: visits

The patient is there: on the day of the visit, in the zone of the clinic, or later. Also corrects a
NO_SHOW. For the doctor and the front desk.

403 forbidden: the caller owns the booking, and is not staff to it.
404 booking_not_found: no such booking, or it is not the caller''s.
409 booking_not_confirmed: it is not CONFIRMED and not NO_SHOW.
409 slot_taken: the seats of a NO_SHOW are there no more.
409 too_early_to_check_in: the visit is on a later day.';

grant execute on function api.check_in
to slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
