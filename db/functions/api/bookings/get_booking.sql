create or replace function api.get_booking(booking_id bigint, manage_token text default null)
returns api.booking
language plpgsql stable security definer
set search_path = ''
as $$
declare
    v_booking data.booking;
    v_access text;
begin
    select b.* into v_booking from data.booking as b where b.id = get_booking.booking_id;
    -- Who calls is looked at in either case: a 401 must not tell that there is such a booking.
    v_access := core.booking_access(v_booking, get_booking.manage_token);
    if v_access is null or v_booking.id is null then
        raise exception 'booking_not_found' using errcode = 'PT404',
            detail = 'There is no such booking, or it is not yours;'
                || ' a guest sends the manage_token.';
    end if;
    return (select b from api.booking as b where b.id = v_booking.id);
end;
$$;

comment on function api.get_booking is
'GET /api/bookings/{booking_id}
GET /api/appointments/{booking_id}
GET /api/booking/{booking_id}
Topic: bookings

One booking, for its owner, the holder of its manage token, its doctor and admins.

404 booking_not_found: no such booking, or it is not the caller''s.';

grant execute on function api.get_booking
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_admin;
