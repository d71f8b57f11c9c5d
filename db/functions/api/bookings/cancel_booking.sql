create or replace function api.cancel_booking(
    booking_id bigint, manage_token text default null, reason data.note default null
) returns api.booking
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_access record;
    v_booking data.booking;
    v_refund boolean;
    v_now timestamptz;
begin
    v_access := core.require_booking_access(
        cancel_booking.booking_id, cancel_booking.manage_token
    );
    v_booking := core.lock_booking(cancel_booking.booking_id);
    v_now := clock_timestamp();
    v_refund := core.require_cancellable(v_booking, v_access.by_staff, v_now);
    perform core.release_bookings(
        array[v_booking.id],
        'CANCELLED',
        cancelled_by => case
            when v_access.by_staff then data.canceller 'STAFF' else 'PATIENT'
        end,
        cancellation_reason => cancel_booking.reason,
        refund => v_refund
    );
    perform core.offer_seats(array[v_booking.slot_id]);
    return (select b from api.booking as b where b.id = v_booking.id);
end;
$$;

comment on function api.cancel_booking is
'PATCH /api/bookings/{booking_id}/cancel
DELETE /api/bookings/{booking_id}
PUT /api/appointments/{booking_id}/cancel
PUT /appointments/{booking_id}/cancel
Topic: bookings

Cancels a live booking and frees its seats at once. What was paid is owed back in full where staff
cancel, or where the owner does so with the notice that the clinic asked for when it was booked.
Nothing is owed back to an owner who cancels later than that, or has moved the booking that late.

404 booking_not_found: no such booking, or it is not the caller''s.
409 booking_not_active: it has failed, ended or been cancelled already.
409 too_late_to_cancel: the slot has started; only staff may cancel now.';

grant execute on function api.cancel_booking
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
