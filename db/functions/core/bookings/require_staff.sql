create or replace function core.require_staff(booking_id bigint) returns void
language plpgsql stable
set search_path = ''
as $$
declare
    v_access record;
begin
    v_access := core.require_booking_access(require_staff.booking_id, manage_token => null);
    if not v_access.by_staff then
        raise exception 'forbidden' using errcode = 'PT403',
            detail = 'This is for the doctor of the booking and for the front desk.';
    end if;
end;
$$;

comment on function core.require_staff is
'Refuses whoever is not staff to a booking.

403 forbidden: the caller owns the booking, and is not staff to it.
404 booking_not_found: no such booking, or it is not the caller''s.';
