create or replace function api.create_payment(
    booking_id bigint,
    manage_token text default null,
    provider data.provider_name default null
) returns api.payment
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_access record;
    v_booking data.booking;
    v_now timestamptz;
    v_open data.payment;
    v_provider text := create_payment.provider;
    v_id bigint;
begin
    v_access := core.require_booking_access(
        create_payment.booking_id, create_payment.manage_token
    );
    if not v_access.as_owner then
        raise exception 'forbidden' using errcode = 'PT403',
            detail = 'A booking is paid online by its owner, a clerk or an admin.';
    end if;
    v_booking := core.lock_booking(create_payment.booking_id);
    v_now := clock_timestamp();
    perform core.require_payable(v_booking, v_now);
    select p.* into v_open
    from data.payment as p
    where p.booking_id = v_booking.id and p.status = 'PENDING';
    v_id := v_open.id;
    if v_provider is null then
        select coalesce(v_open.provider, c.payment_provider, 'simulated') into v_provider
        from data.doctor as d
        join data.clinic as c on c.id = d.clinic_id
        where d.id = v_booking.doctor_id;
    end if;
    if v_provider is distinct from v_open.provider then
        if v_provider <> 'simulated' and not exists (
            select from data.payment_provider as v where v.name = v_provider
        ) then
            raise exception 'provider_not_found' using errcode = 'PT404',
                detail = format('There is no payment provider %s.', v_provider);
        end if;
        update data.payment as p
        set status = 'CANCELLED', settled_at = v_now
        where p.id = v_open.id;
        insert into data.payment as p (booking_id, amount, currency, provider)
        values (v_booking.id, v_booking.amount, v_booking.currency, v_provider)
        returning p.id into v_id;
    end if;
    return (select p from api.payment as p where p.id = v_id);
end;
$$;

comment on function api.create_payment is
'POST /api/payments 201
POST /payments 201
Topic: payments

Begins to pay a booking: a payment of the frozen amount, PENDING until its provider reports what
became of it. Without `provider` it is the clinic''s, or a simulated one. Asked again it returns the
one that is open; for another provider it closes that one and begins anew.

403 forbidden: its doctor may see the booking, not pay it online.
404 booking_not_found: no such booking, or it is not the caller''s.
404 provider_not_found: there is no such payment provider.
409 already_paid: nothing is due.
409 booking_expired: its hold ran out before it was paid.
409 booking_not_active: it was declined or cancelled.';

grant execute on function api.create_payment
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
