create or replace function core.booking_calendar(
    booking_id bigint, slot_id bigint, method text, status text, revision integer
) returns text
language plpgsql stable
set search_path = ''
as $$
declare
    v_visit core.visit;
begin
    select v.* into v_visit from core.visit as v where v.slot_id = booking_calendar.slot_id;
    return core.ics_calendar(
        booking_calendar.method,
        core.ics_zone(v_visit.time_zone, v_visit.start_time, v_visit.start_time)
        || array[
            'BEGIN:VEVENT',
            'UID:' || core.ics_uid('booking', booking_calendar.booking_id),
            'SEQUENCE:' || booking_calendar.revision,
            core.ics_time('DTSTAMP', clock_timestamp(), 'UTC'),
            core.ics_time('DTSTART', v_visit.start_time, v_visit.time_zone),
            core.ics_time('DTEND', v_visit.end_time, v_visit.time_zone),
            'SUMMARY:' || core.ics_text('Appointment: ' || v_visit.doctor_name),
            'LOCATION:' || core.ics_text(concat_ws(', ', v_visit.clinic_name, v_visit.city)),
            'STATUS:' || booking_calendar.status
        ]
        -- An invitation says who invites whom; what is only published does not.
        || case
            when booking_calendar.method <> 'PUBLISH' then array[
                format(
                    'ORGANIZER;CN="%s":%s',
                    -- Where quotes end it and ^n is a new line (RFC 6868).
                    translate(core.one_line(v_visit.clinic_name), '"^', ''''),
                    (select core.ics_address(s.mail_address) from data.setting as s)
                ),
                'ATTENDEE;PARTSTAT=ACCEPTED:' || core.ics_address(
                    core.booking_address(booking_calendar.booking_id)
                )
            ]
            else '{}'
        end
        || array['END:VEVENT']
    );
end;
$$;

comment on function core.booking_calendar is
'A calendar with one booking in it, at a slot that is or was its own. Of two that say different
things the one of a higher `revision` is newer.';
