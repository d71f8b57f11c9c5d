create or replace function api.get_day_hours(doctor_id bigint, date date) returns api.day_hours
language plpgsql stable security definer
set search_path = ''
as $$
declare
    v_day api.day_hours;
begin
    perform core.caller_account();
    select
        a.doctor_id, get_day_hours.date, a.time_zone,
        exists (
            select from data.hours as h
            where h.doctor_id = a.doctor_id and h.weekday is null
                and h.valid @> get_day_hours.date
        ),
        array(
            select row(
                h.start_time, h.end_time, h.slot_minutes, h.capacity, h.buffer_minutes
            )::api.opening_hours
            from core.hours_on(get_day_hours.doctor_id, get_day_hours.date) as h
        )
    into v_day
    from api.availability as a
    where a.doctor_id = get_day_hours.doctor_id;
    if not found then
        raise exception 'doctor_not_found' using errcode = 'PT404',
            detail = format('There is no doctor %s.', get_day_hours.doctor_id);
    end if;
    return v_day;
end;
$$;

comment on function api.get_day_hours is
'GET /api/doctors/{doctor_id}/availability/{date}
Topic: availability

The hours of a doctor on one day: those of the day where it differs, else those of its weekday.

404 doctor_not_found: no such doctor.';

grant execute on function api.get_day_hours
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
