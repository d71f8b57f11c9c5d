create or replace function core.require_live(booking data.booking, instant timestamptz)
returns void
language plpgsql stable
set search_path = ''
as $$
declare
    v_booking data.booking := require_live.booking;
begin
    if core.is_live(v_booking, require_live.instant) then
        return;
    end if;
    if v_booking.status = 'PENDING' or v_booking.status = 'FAILED' and not exists (
        select from data.payment as p where p.booking_id = v_booking.id and p.status = 'FAILED'
            -- What a real provider declines may be tried again.
            and p.provider = 'simulated'
    ) then
        raise exception 'booking_expired' using errcode = 'PT409',
            detail = format('The hold of booking %s has run out.', v_booking.id);
    end if;
    raise exception 'booking_not_active' using errcode = 'PT409',
        detail = format('Booking %s is already %s.', v_booking.id, v_booking.status);
end;
$$;

comment on function core.require_live is
'Refuses a booking that cannot be paid or moved any more. Call it with the row locked and the clock
read after that.

409 booking_expired: its hold ran out before it was paid.
409 booking_not_active: it was declined, cancelled, attended or missed.';
