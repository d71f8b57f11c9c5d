create or replace function core.require_payable(booking data.booking, instant timestamptz)
returns void
language plpgsql stable
set search_path = ''
as $$
begin
    if core.is_payable(require_payable.booking, require_payable.instant) then
        return;
    end if;
    if (require_payable.booking).amount = 0
        or (require_payable.booking).status not in ('PENDING', 'FAILED', 'CANCELLED')
    then
        raise exception 'already_paid' using errcode = 'PT409',
            detail = format('Booking %s has nothing left to pay.', (require_payable.booking).id);
    end if;
    perform core.require_live(require_payable.booking, require_payable.instant);
end;
$$;

comment on function core.require_payable is
'Refuses a payment that is not due. Call it with the booking locked and the clock read after that.

409 already_paid: nothing is due.
409 booking_expired: its hold ran out before it was paid.
409 booking_not_active: it was declined or cancelled.';
