create or replace function core.capture_payment(
    payment data.payment, booking data.booking, amount numeric, currency text, reference text,
    instant timestamptz
) returns data.payment
language plpgsql volatile
set search_path = ''
as $$
declare
    v_payment data.payment := capture_payment.payment;
    v_booking data.booking := capture_payment.booking;
    v_known data.payment;
    v_pays boolean;
    v_status data.payment_status;
begin
    select p.* into v_known
    from data.payment as p
    where p.provider = v_payment.provider and p.provider_reference = capture_payment.reference;
    if v_known.booking_id <> v_booking.id then
        raise exception 'reference_reused' using errcode = 'PT409',
            detail = 'This provider_reference was reported for another booking.';
    end if;
    if v_known.captured_amount > 0 then
        return v_known;
    end if;
    -- Without two references to tell them apart, one amount that is reported twice is one capture.
    if (v_payment.captured_amount, v_payment.captured_currency)
        = (capture_payment.amount, capture_payment.currency)
        and (v_payment.provider_reference is null or capture_payment.reference is null)
    then
        update data.payment as p
        set provider_reference = coalesce(p.provider_reference, capture_payment.reference)
        where p.id = v_payment.id;
        return v_payment;
    end if;
    v_pays := core.is_payable(v_booking, capture_payment.instant)
        and (v_booking.amount, v_booking.currency)
        = (capture_payment.amount, capture_payment.currency)
        and v_payment.amount = v_booking.amount;
    v_status := case when v_pays then data.payment_status 'SUCCEEDED' else 'SURPLUS' end;
    if v_pays then
        update data.payment as p
        set status = 'CANCELLED', settled_at = capture_payment.instant
        where p.booking_id = v_booking.id and p.status = 'PENDING' and p.id <> v_payment.id;
    end if;
    if v_payment.captured_amount = 0 then
        update data.payment as p
        set status = v_status, settled_at = capture_payment.instant,
            captured_amount = capture_payment.amount, captured_currency = capture_payment.currency,
            provider_reference = coalesce(capture_payment.reference, p.provider_reference)
        where p.id = v_payment.id
        returning p.* into v_payment;
    else
        insert into data.payment as p (
            booking_id, amount, currency, status, provider, provider_reference, created_at,
            settled_at, captured_amount, captured_currency
        )
        values (
            v_booking.id, v_booking.amount, v_booking.currency, v_status, v_payment.provider,
            capture_payment.reference, capture_payment.instant, capture_payment.instant,
            capture_payment.amount, capture_payment.currency
        )
        returning p.* into v_payment;
    end if;
    if not v_pays then
        insert into data.refund (payment_id, captured_amount, portion, reason)
        values (
            v_payment.id, v_payment.captured_amount, numrange(0, v_payment.captured_amount),
            'Surplus'
        );
    elsif v_booking.status = 'PENDING' then
        update data.booking as b
        set status = 'CONFIRMED', confirmed_at = capture_payment.instant
        where b.id = v_booking.id;
    end if;
    return v_payment;
end;
$$;

comment on function core.capture_payment is
'Records what a provider has captured for a payment that the caller has locked, with its booking:
SUCCEEDED if it pays what is to be paid, else SURPLUS, owed back at once. What was captured before
stays; a further capture gets a payment of its own. Returns the payment that holds it.

409 reference_reused: the provider''s reference is that of a payment of another booking.';
