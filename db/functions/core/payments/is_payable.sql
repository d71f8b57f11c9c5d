create or replace function core.is_payable(booking data.booking, instant timestamptz)
returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
    return case
        when (is_payable.booking).amount = 0 then false
        when (is_payable.booking).status = 'PENDING'
            then (is_payable.booking).expires_at > is_payable.instant
        when (is_payable.booking).status in ('FAILED', 'CANCELLED') then false
        else (is_payable.booking).payment_terms = 'AT_VISIT' and not exists (
            select from data.payment as p
            where p.booking_id = (is_payable.booking).id and p.status = 'SUCCEEDED'
        )
    end;
end;
$$;

comment on function core.is_payable is
'Whether something is to be paid for a booking at an instant: while it is held, and where it is paid
at the visit at any time. Call it with the booking locked and the clock read after that.';
