create or replace function api.cancel_booking(booking_id bigint, manage_token text default null)
returns api.booking
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_booking data.booking := core.lock_booking(
        cancel_booking.booking_id, cancel_booking.manage_token
    );
    v_by_staff boolean := core.booking_access(v_booking, cancel_booking.manage_token) <> 'owner';
    v_until_start interval;
    v_notice interval;
begin
    if v_booking.status not in ('PENDING', 'CONFIRMED') or core.has_run_out(v_booking) then
        raise exception 'booking_not_active' using errcode = 'PT409',
            detail = format('Booking %s is already %s.', v_booking.id,
                case when v_booking.status = 'PENDING' then 'FAILED' else v_booking.status end);
    end if;
    select s.start_time - clock_timestamp(), make_interval(hours => c.cancellation_notice_hours)
    into v_until_start, v_notice
    from data.slot as s
    join data.doctor as d on d.id = s.doctor_id
    join data.clinic as c on c.id = d.clinic_id
    where s.id = v_booking.slot_id;
    if not v_by_staff and v_until_start <= interval '0' then
        raise exception 'too_late_to_cancel' using errcode = 'PT409',
            detail = 'The slot has already started.';
    end if;
    perform core.cancel_bookings(
        array[v_booking.id], refund => v_by_staff or v_until_start >= v_notice
    );
    return (select b from api.booking as b where b.id = v_booking.id);
end;
$$;

comment on function api.cancel_booking is
'PATCH /api/bookings/{booking_id}/cancel
DELETE /api/bookings/{booking_id}
PUT /api/appointments/{booking_id}/cancel
Topic: bookings

Cancels a live booking and frees its seats at once. What was paid is owed back in full where staff
cancels, or the owner in time for the clinic''s notice; else nothing.

404 booking_not_found: no such booking, or it is not the caller''s.
409 booking_not_active: it has failed, ended or been cancelled already.
409 too_late_to_cancel: the slot has started; only staff may cancel now.';

grant execute on function api.cancel_booking
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_admin;
