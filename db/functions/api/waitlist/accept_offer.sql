create or replace function api.accept_offer(booking_id bigint, manage_token text default null)
returns api.booking
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_access record;
    v_booking data.booking;
    v_now timestamptz;
begin
    v_access := core.require_booking_access(accept_offer.booking_id, accept_offer.manage_token);
    if not v_access.as_owner then
        raise exception 'forbidden' using errcode = 'PT403',
            detail = 'An offer is accepted by the one it was made to, a clerk or an admin.';
    end if;
    v_booking := core.lock_booking(accept_offer.booking_id);
    v_now := clock_timestamp();
    perform core.require_live(v_booking, v_now);
    if v_booking.status = 'PENDING' then
        if v_booking.payment_terms = 'PREPAID' and v_booking.amount > 0 then
            raise exception 'payment_due' using errcode = 'PT409',
                detail = format('Booking %s is confirmed by paying it.', v_booking.id);
        end if;
        update data.booking as b
        set status = 'CONFIRMED', confirmed_at = v_now
        where b.id = v_booking.id;
    end if;
    return (select b from api.booking as b where b.id = v_booking.id);
end;
$$;

comment on function api.accept_offer is
'POST /api/bookings/{booking_id}/accept
Topic: waitlist

Accepts what was offered to somebody who waited, where nothing is to pay first: CONFIRMED. What is
confirmed already stays so.

403 forbidden: its doctor may see the booking, not accept it.
404 booking_not_found: no such booking, or it is not the caller''s.
409 booking_expired: the offer has run out.
409 booking_not_active: it was declined, cancelled, attended or missed.
409 payment_due: it is to be paid first, which confirms it.';

grant execute on function api.accept_offer
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
