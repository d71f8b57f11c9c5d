create or replace function api.set_day_hours(
    doctor_id bigint, date date, hours api.opening_hours[] default '{}'
) returns api.day_hours
language plpgsql volatile security definer
set search_path = ''
as $$
begin
    perform core.caller_account();
    perform core.lock_doctor(set_day_hours.doctor_id);
    delete from data.hours as h
    where h.doctor_id = set_day_hours.doctor_id and h.weekday is null
        and h.valid @> set_day_hours.date;
    insert into data.hours (
        doctor_id, valid, start_time, end_time, slot_minutes, capacity, buffer_minutes
    )
    select
        set_day_hours.doctor_id, daterange(set_day_hours.date, set_day_hours.date, '[]'),
        h.start_time, h.end_time, h.slot_minutes, h.capacity, coalesce(h.buffer_minutes, 0)
    -- A row without times where there are no hours: the day is closed.
    from (values (0)) as one left join unnest(set_day_hours.hours) as h on true;
    perform core.fit_slots(set_day_hours.doctor_id, set_day_hours.date, set_day_hours.date);
    return api.get_day_hours(set_day_hours.doctor_id, set_day_hours.date);
exception
    when exclusion_violation then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'Hours of one day must not overlap.';
    when check_violation then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'Hours must be long enough for one slot.';
end;
$$;

comment on function api.set_day_hours is
'PUT /api/doctors/{doctor_id}/availability/{date}
Topic: availability

Gives one day hours of its own, in place of those of its weekday; without `hours` it is closed.
What becomes of slots is told at `PUT /api/doctors/{doctor_id}/availability`.

400 invalid_parameter: hours overlap, or hold no slot.
404 doctor_not_found: no such doctor, or not the caller''s to act for.';

grant execute on function api.set_day_hours
to slotkeeper_doctor, slotkeeper_admin;
