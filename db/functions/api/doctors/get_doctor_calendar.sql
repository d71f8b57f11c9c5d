create or replace function api.get_doctor_calendar(
    doctor_id bigint, calendar_token text default null
) returns data.icalendar
language plpgsql stable security definer
set search_path = ''
as $$
declare
    v_own boolean;
    v_doctor record;
    v_now timestamptz := statement_timestamp();
    v_first timestamptz := v_now - interval '30 days';
    v_last timestamptz := v_now + interval '90 days';
    v_lines text[];
begin
    perform core.caller_account();
    v_own := core.caller_role() = 'admin' or core.caller_doctor() = get_doctor_calendar.doctor_id;
    select d.id, c.time_zone, c.name as clinic_name into v_doctor
    from data.doctor as d
    join data.clinic as c on c.id = d.clinic_id
    where d.id = get_doctor_calendar.doctor_id
        and d.listed_at is not null and d.deleted_at is null
        and (v_own or core.opens_calendar(d.id, get_doctor_calendar.calendar_token));
    if not found then
        raise exception 'doctor_not_found' using errcode = 'PT404',
            detail = 'There is no such doctor, it is not you, or the calendar_token is not valid.';
    end if;
    select array_agg(l.line order by s.start_time, s.id, l.place) into v_lines
    from (
        select s.id, s.start_time, s.end_time, s.capacity, sum(b.seat_count) as seats
        from data.slot as s
        join data.booking as b on b.slot_id = s.id
        where s.doctor_id = v_doctor.id and s.start_time between v_first and v_last
            and (core.holds_seats(b.status) and not core.has_run_out(b.status, b.expires_at, v_now)
                or b.status = 'COMPLETED')
        group by s.id
    ) as s
    cross join lateral unnest(array[
        'BEGIN:VEVENT',
        format('UID:slot-%s-%s', s.id, core.ics_uid('doctor', v_doctor.id)),
        core.ics_time('DTSTAMP', v_now, 'UTC'),
        core.ics_time('DTSTART', s.start_time, v_doctor.time_zone),
        core.ics_time('DTEND', s.end_time, v_doctor.time_zone),
        case s.capacity
            when 1 then 'SUMMARY:Booked'
            else format('SUMMARY:Booked: %s of %s', s.seats, s.capacity)
        end,
        'LOCATION:' || core.ics_text(v_doctor.clinic_name),
        'END:VEVENT'
    ]) with ordinality as l (line, place);
    return core.ics_calendar(
        'PUBLISH',
        array[
            'X-WR-CALNAME:' || core.ics_text('Appointments: ' || v_doctor.clinic_name),
            -- One says it to programs that know RFC 7986, the other to those that do not.
            'REFRESH-INTERVAL;VALUE=DURATION:PT1H', 'X-PUBLISHED-TTL:PT1H'
        ]
        || core.ics_zone(v_doctor.time_zone, v_first, v_last) || coalesce(v_lines, '{}')
    );
end;
$$;

comment on function api.get_doctor_calendar is
'GET /api/doctors/{doctor_id}/calendar.ics
Topic: doctors

When a doctor has visits, from 30 days ago to 90 days ahead, as a calendar to subscribe to: times,
and no names. For the doctor and admins; for a calendar program, which has no account, by the
`calendar_token` of a secret link, see `POST /api/doctors/{doctor_id}/calendar-link`.

404 doctor_not_found: no such doctor, or not the caller''s to act for, or another token.';

grant execute on function api.get_doctor_calendar
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
