create or replace function api.create_payment(booking_id bigint, manage_token text default null)
returns api.payment
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_access record;
    v_booking data.booking;
    v_id bigint;
begin
    v_access := core.require_booking_access(
        create_payment.booking_id, create_payment.manage_token
    );
    if not v_access.as_owner then
        raise exception 'forbidden' using errcode = 'PT403',
            detail = 'A booking is paid by the one who made it or by an admin.';
    end if;
    v_booking := core.lock_booking(create_payment.booking_id);
    perform core.require_payable(v_booking, clock_timestamp());
    select p.id into v_id
    from data.payment as p
    where p.booking_id = v_booking.id and p.status = 'PENDING';
    if not found then
        insert into data.payment as p (booking_id, amount, currency, provider)
        values (v_booking.id, v_booking.amount, v_booking.currency, 'simulated')
        returning p.id into v_id;
    end if;
    return (select p from api.payment as p where p.id = v_id);
end;
$$;

comment on function api.create_payment is
'POST /api/payments 201
POST /payments 201
Topic: payments

Begins to pay a booking: a payment of the frozen amount, PENDING until it is settled. Asked again it
returns the one that is open.

403 forbidden: its doctor may see the booking, not pay it.
404 booking_not_found: no such booking, or it is not the caller''s.
409 already_paid: nothing is due.
409 booking_expired: its hold ran out before it was paid.
409 booking_not_active: it was declined or cancelled.';

grant execute on function api.create_payment
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
