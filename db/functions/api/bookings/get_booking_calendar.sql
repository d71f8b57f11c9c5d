create or replace function api.get_booking_calendar(
    booking_id bigint, manage_token text default null
) returns data.icalendar
language plpgsql stable security definer
set search_path = ''
as $$
declare
    v_booking core.booking;
begin
    perform core.require_booking_access(
        get_booking_calendar.booking_id, get_booking_calendar.manage_token
    );
    select b.* into v_booking
    from core.booking as b where b.id = get_booking_calendar.booking_id;
    return core.booking_calendar(
        v_booking.id, v_booking.slot_id, 'PUBLISH',
        case
            when v_booking.status = 'PENDING' then 'TENTATIVE'
            when v_booking.status in ('CANCELLED', 'FAILED') then 'CANCELLED'
            else 'CONFIRMED'
        end,
        (select b.revision from data.booking as b where b.id = v_booking.id)
    );
end;
$$;

comment on function api.get_booking_calendar is
'GET /api/bookings/{booking_id}/calendar.ics
Topic: bookings

One booking as an entry for a calendar, in the local time of the clinic: the same entry as in the
mails about it.

404 booking_not_found: no such booking, or it is not the caller''s.';

grant execute on function api.get_booking_calendar
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
