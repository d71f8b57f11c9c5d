create or replace function core.require_payable(
    booking data.booking, manage_token text
) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
    if core.booking_access(require_payable.booking, require_payable.manage_token) = 'doctor'
        and not core.owns_booking(require_payable.booking, require_payable.manage_token)
    then
        raise exception 'forbidden' using errcode = 'PT403',
            detail = 'A booking is paid by the one who made it or by an admin.';
    end if;
    if (require_payable.booking).status in ('CONFIRMED', 'CHECKED_IN', 'COMPLETED', 'NO_SHOW') then
        raise exception 'already_paid' using errcode = 'PT409',
            detail = format('Booking %s has nothing left to pay.', (require_payable.booking).id);
    end if;
    perform core.require_live(require_payable.booking);
end;
$$;

comment on function core.require_payable is
'Refuses a payment that the caller may not make or that is not due. Call it with the booking locked.

403 forbidden: its doctor may see the booking, not pay it.
409 already_paid: nothing is due.
409 booking_expired: its hold ran out before it was paid.
409 booking_not_active: it was declined or cancelled.';
