create or replace function api.take_payment(
    booking_id bigint, method data.payment_method, reference data.label default null
) returns api.settlement
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_access record;
    v_booking data.booking;
    v_now timestamptz;
    v_payment_id bigint;
begin
    v_access := core.require_booking_access(take_payment.booking_id, null);
    if not v_access.by_staff then
        raise exception 'forbidden' using errcode = 'PT403',
            detail = 'Money is taken at the desk by the staff of the clinic.';
    end if;
    v_booking := core.lock_booking(take_payment.booking_id);
    v_now := clock_timestamp();
    perform core.require_payable(v_booking, v_now);
    update data.payment as p
    set status = 'CANCELLED', settled_at = v_now
    where p.booking_id = v_booking.id and p.status = 'PENDING';
    insert into data.payment as p (
        booking_id, amount, currency, status, provider, provider_reference, method, taken_by_id,
        taken_by_role, captured_amount, captured_currency, created_at, settled_at
    )
    values (
        v_booking.id, v_booking.amount, v_booking.currency, 'SUCCEEDED', 'desk',
        take_payment.reference, take_payment.method, core.caller_account(),
        core.caller_role()::data.account_role, v_booking.amount, v_booking.currency, v_now, v_now
    )
    returning p.id into v_payment_id;
    if v_booking.status = 'PENDING' then
        update data.booking as b
        set status = 'CONFIRMED', confirmed_at = v_now
        where b.id = v_booking.id;
    end if;
    return row(
        (select p from api.payment as p where p.id = v_payment_id),
        (select b from api.booking as b where b.id = v_booking.id)
    )::api.settlement;
end;
$$;

comment on function api.take_payment is
'POST /api/payments/desk
Topic: payments

Staff takes the money for a booking: what is held is confirmed, what is paid at the visit may be
paid at any time. A payment that was begun online is closed. `reference` is what the clinic notes,
such as the number of the receipt.

403 forbidden: whoever made the booking pays it online.
404 booking_not_found: no such booking, or it is not the caller''s.
409 already_paid: nothing is due.
409 booking_expired: its hold ran out before it was paid; book again.
409 booking_not_active: it was declined or cancelled.';

grant execute on function api.take_payment
to slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
