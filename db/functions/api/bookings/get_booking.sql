create or replace function api.get_booking(booking_id bigint, manage_token text default null)
returns api.booking
language plpgsql stable security definer
set search_path = ''
as $$
begin
    perform core.require_booking_access(get_booking.booking_id, get_booking.manage_token);
    return (select b from api.booking as b where b.id = get_booking.booking_id);
end;
$$;

comment on function api.get_booking is
'GET /api/bookings/{booking_id}
GET /api/appointments/{booking_id}
GET /api/booking/{booking_id}
GET /appointments/{booking_id}
GET /booking/{booking_id}
Topic: bookings

One booking, for its owner, the holder of its manage token, its doctor, the clinic''s clerks and
admins.

404 booking_not_found: no such booking, or it is not the caller''s.';

grant execute on function api.get_booking
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
