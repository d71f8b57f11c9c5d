create or replace function core.expected_slots(doctor_id bigint, first_day date, last_day date)
returns table (starts timestamptz, ends timestamptz, capacity integer)
language sql stable
begin atomic
    select w.starts, w.ends, h.capacity
    from data.doctor as d
    join data.clinic as c on c.id = d.clinic_id
    cross join lateral generate_series(
        expected_slots.first_day::timestamp, expected_slots.last_day, '1 day'
    ) as g (day)
    cross join lateral core.hours_on(d.id, g.day::date) as h
    cross join lateral core.expand_window(
        g.day::date, h.start_time, h.end_time, h.slot_minutes, h.buffer_minutes, c.time_zone
    ) as w
    where d.id = expected_slots.doctor_id and not exists (
        select from data.time_off as t
        where t.doctor_id = expected_slots.doctor_id
            and t.start_time < w.ends and t.end_time > w.starts
    );
end;

comment on function core.expected_slots is
'The slots that a doctor''s hours make on some days, but for those that touch time off.';
