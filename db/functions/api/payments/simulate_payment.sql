create or replace function api.simulate_payment(
    booking_id bigint, success boolean, manage_token text default null
) returns api.settlement
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_access record;
    v_booking data.booking;
    v_now timestamptz;
    v_open record;
    v_status data.payment_status;
    v_captured numeric := 0;
    v_currency text;
    v_payment_id bigint;
begin
    v_access := core.require_booking_access(
        simulate_payment.booking_id, simulate_payment.manage_token
    );
    if not v_access.as_owner then
        raise exception 'forbidden' using errcode = 'PT403',
            detail = 'A booking is paid by the one who made it or by an admin.';
    end if;
    if not (select s.simulated_payments from data.setting as s) then
        raise exception 'simulated_payments_off' using errcode = 'PT403',
            detail = 'Simulated payments are switched off here.';
    end if;
    v_booking := core.lock_booking(simulate_payment.booking_id);
    v_now := clock_timestamp();
    perform core.require_payable(v_booking, v_now);
    v_status := case
        when simulate_payment.success then data.payment_status 'SUCCEEDED' else 'FAILED'
    end;
    if simulate_payment.success then
        v_captured := v_booking.amount;
        v_currency := v_booking.currency;
    end if;
    select p.id, p.provider into v_open
    from data.payment as p
    where p.booking_id = v_booking.id and p.status = 'PENDING';
    if v_open.provider = 'simulated' then
        update data.payment as p
        set status = v_status, settled_at = v_now, captured_amount = v_captured,
            captured_currency = v_currency
        where p.id = v_open.id
        returning p.id into v_payment_id;
    else
        if v_open.id is not null then
            update data.payment as p
            set status = 'CANCELLED', settled_at = v_now
            where p.id = v_open.id;
        end if;
        insert into data.payment as p (
            booking_id, amount, currency, status, provider, created_at, settled_at,
            captured_amount, captured_currency
        )
        values (
            v_booking.id, v_booking.amount, v_booking.currency, v_status, 'simulated', v_now, v_now,
            v_captured, v_currency
        )
        returning p.id into v_payment_id;
    end if;
    if v_booking.status = 'PENDING' and simulate_payment.success then
        update data.booking as b
        set status = 'CONFIRMED', confirmed_at = v_now
        where b.id = v_booking.id;
    elsif v_booking.status = 'PENDING' then
        perform core.release_bookings(array[v_booking.id], 'FAILED');
        perform core.offer_seats(array[v_booking.slot_id]);
    end if;
    return row(
        (select p from api.payment as p where p.id = v_payment_id),
        (select b from api.booking as b where b.id = v_booking.id)
    )::api.settlement;
end;
$$;

comment on function api.simulate_payment is
'POST /api/payments/fake
Topic: payments

Settles the simulated payment of a booking that is open, or a new one. Success confirms the booking;
a decline (`success` false) fails one that is held and frees its seats at once. A setting in the
database allows it: for demonstrations, never where patients pay.

403 simulated_payments_off: the setting does not allow it.
403 forbidden: its doctor may see the booking, not pay it.
404 booking_not_found: no such booking, or it is not the caller''s.
409 already_paid: nothing is due.
409 booking_expired: its hold ran out before it was paid.
409 booking_not_active: it was declined or cancelled.';

grant execute on function api.simulate_payment
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
