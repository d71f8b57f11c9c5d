create or replace function api.give_back_seats(
    booking_id bigint, seats data.seat_count, manage_token text default null
) returns api.booking
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_access record;
    v_booking data.booking;
    v_refund boolean;
    v_paid boolean;
    v_priced_seats integer;
    v_now timestamptz;
begin
    v_access := core.require_booking_access(
        give_back_seats.booking_id, give_back_seats.manage_token
    );
    v_booking := core.lock_booking(give_back_seats.booking_id);
    v_now := clock_timestamp();
    v_refund := core.require_cancellable(v_booking, v_access.by_staff, v_now);
    if give_back_seats.seats > v_booking.seat_count then
        raise exception 'more_than_booked' using errcode = 'PT409',
            detail = format('Booking %s is of %s seats.', v_booking.id, v_booking.seat_count);
    end if;
    if give_back_seats.seats < v_booking.seat_count then
        v_paid := exists (
            select from data.payment as p
            where p.booking_id = v_booking.id and p.status = 'SUCCEEDED'
        );
        v_priced_seats := coalesce(v_booking.priced_seats, v_booking.seat_count);
        update data.payment as p
        set status = 'CANCELLED', settled_at = v_now
        where p.booking_id = v_booking.id and p.status = 'PENDING';
        update data.booking as b
        set seats = (core.lowest_seats(b.seats, give_back_seats.seats)).picked,
            seat_count = give_back_seats.seats,
            priced_seats = case when v_paid then v_priced_seats end,
            amount = case
                when v_paid then b.amount else b.amount * give_back_seats.seats / b.seat_count
            end
        where b.id = v_booking.id;
        if v_paid and v_refund then
            -- The shares of all seats make up the amount, to the cent.
            perform core.owe_refund(
                array[v_booking.id], 'Seats given back',
                round(v_booking.amount * v_booking.seat_count / v_priced_seats, 2)
                - round(v_booking.amount * give_back_seats.seats / v_priced_seats, 2)
            );
        end if;
        perform core.offer_seats(array[v_booking.slot_id]);
    end if;
    return (select b from api.booking as b where b.id = v_booking.id);
end;
$$;

comment on function api.give_back_seats is
'PATCH /api/bookings/{booking_id}/seats
Topic: bookings

Keeps so many of the `seats` of a live booking and gives back the others, which are free at once. An
amount that is not paid yet falls with them, and a payment that was begun is cancelled. Of what was
paid their share is owed back by the rules of cancelling; cancelling later gives back no more than
the share of the seats that were kept.
With as many seats as before nothing changes.

404 booking_not_found: no such booking, or it is not the caller''s.
409 booking_not_active: it has failed, ended or been cancelled already.
409 too_late_to_cancel: the slot has started; only staff may give seats back now.
409 more_than_booked: further seats are a booking of their own.';

grant execute on function api.give_back_seats
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
