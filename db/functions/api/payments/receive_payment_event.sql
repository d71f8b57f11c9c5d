create or replace function api.receive_payment_event(
    provider data.label, body bytea, headers jsonb
)
returns api.provider_event
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_provider text := receive_payment_event.provider;
    v_event record;
    v_booking_id bigint;
    v_booking data.booking;
    v_payment data.payment;
    v_now timestamptz;
    v_result api.provider_event;
begin
    perform core.caller_account();
    perform core.require_signature(
        v_provider, receive_payment_event.headers ->> 'x-signature', receive_payment_event.body
    );
    select e.* into v_event
    from jsonb_to_record(convert_from(receive_payment_event.body, 'UTF8')::jsonb) as e (
        event_id data.label, payment_id bigint, outcome data.payment_outcome, amount numeric,
        currency data.currency, provider_reference data.label
    );
    if num_nulls(
            v_event.event_id, v_event.payment_id, v_event.outcome, v_event.amount, v_event.currency
        ) > 0
        or v_event.amount <> round(v_event.amount, 2)
        or v_event.amount not between 0 and 999999999999.99
        or v_event.amount = 0 and v_event.outcome = 'SUCCEEDED'
    then
        raise exception 'invalid_body' using errcode = 'PT400',
            detail = 'An event has event_id, payment_id, outcome, amount and currency.';
    end if;
    select p.booking_id into v_booking_id
    from data.payment as p
    where p.id = v_event.payment_id and p.provider = v_provider;
    if not found then
        raise exception 'payment_not_found' using errcode = 'PT404',
            detail = 'There is no such payment, or it is not yours.';
    end if;
    v_booking := core.lock_booking(v_booking_id);
    -- All of them, of which another may be open: nothing is waited for behind the clock.
    perform from data.payment as p
    where p.booking_id = v_booking_id
    order by p.id
    for no key update;
    select p.* into v_payment from data.payment as p where p.id = v_event.payment_id;
    v_now := clock_timestamp();
    select e.* into v_result
    from api.provider_event as e
    where e.provider = v_provider and e.event_id = v_event.event_id;
    if found then
        -- What was captured beyond the payment that it names is a payment of its own.
        if v_result.payment_id <> v_payment.id and (
            v_booking.id, v_event.outcome, v_event.amount, v_event.currency,
            v_event.provider_reference
        ) is distinct from (
            (select p.booking_id from data.payment as p where p.id = v_result.payment_id),
            v_result.outcome, v_result.amount, v_result.currency, v_result.provider_reference
        ) then
            raise unique_violation;
        end if;
        return v_result;
    end if;
    if v_event.outcome = 'SUCCEEDED' then
        v_payment := core.capture_payment(
            v_payment, v_booking, v_event.amount, v_event.currency, v_event.provider_reference,
            v_now
        );
    elsif v_payment.status = 'PENDING' then
        update data.payment as p
        set status = 'FAILED', settled_at = v_now
        where p.id = v_payment.id
        returning p.* into v_payment;
    end if;
    insert into data.provider_event (
        provider, event_id, payment_id, outcome, amount, currency, provider_reference,
        payment_status, received_at
    )
    values (
        v_provider, v_event.event_id, v_payment.id, v_event.outcome, v_event.amount,
        v_event.currency, v_event.provider_reference, v_payment.status, v_now
    );
    select e.* into v_result
    from api.provider_event as e
    where e.provider = v_provider and e.event_id = v_event.event_id;
    return v_result;
exception
    when unique_violation then
        raise exception 'reference_reused' using errcode = 'PT409',
            detail = 'This event_id or provider_reference was reported for another payment.';
end;
$$;

comment on function api.receive_payment_event is
'POST /api/payments/webhook/{provider}
Topic: payments
Receives: body, headers

For payment providers, who report what became of a payment: JSON with `event_id`, `payment_id`,
`outcome` (SUCCEEDED or FAILED), `amount`, `currency` and, where there is one, the
`provider_reference` of what was captured. The header `X-Signature: t=<unix seconds>,v1=<hex>` holds
HMAC-SHA256 with the provider''s secret over t, a dot and the body; t is at most five minutes old.

Success pays the booking if that is still to be paid, in this amount; else what was captured is a
SURPLUS, owed back at once. After a failure the booking is held on, and may be paid by another
attempt. The same `event_id` again has no effect, and gets the first answer; what got none, or
an error of 409 or 5xx, is to be reported again.

400 invalid_body: the body lacks something, or what it holds is wrong.
401 invalid_signature: it is missing, wrong or old, or there is no such provider.
404 payment_not_found: there is no such payment, or it is another provider''s.
409 booking_expired: the hold ran out at this very moment: report it again, as a SURPLUS.
409 reference_reused: the event_id or provider_reference is that of another payment.';

grant execute on function api.receive_payment_event to slotkeeper_anon;
