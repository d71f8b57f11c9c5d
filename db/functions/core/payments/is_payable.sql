create or replace function core.is_payable(booking data.booking, instant timestamptz)
returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
    v_booking data.booking := is_payable.booking;
begin
    if v_booking.status = 'PENDING' then
        return v_booking.amount > 0 and v_booking.expires_at > is_payable.instant;
    end if;
    return v_booking.amount > 0 and v_booking.status not in ('FAILED', 'CANCELLED')
        and v_booking.payment_terms = 'AT_VISIT' and not exists (
            select from data.payment as p
            where p.booking_id = v_booking.id and p.status = 'SUCCEEDED'
        );
end;
$$;

comment on function core.is_payable is
'Whether something is to be paid for a booking at an instant: while it is held, and where it is paid
at the visit at any time. Call it with the booking locked and the clock read after that.';
