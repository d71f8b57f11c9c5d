-- 2031-06-02 is a Monday.
begin;
select plan(5);

select tests.doctor() as doctor, tests.doctor(listed => false) as unlisted \gset
insert into data.hours (doctor_id, weekday, valid, start_time, end_time, slot_minutes, capacity)
values (:doctor, 1, '(,)', '09:00', '12:00', 30, 4);
insert into data.hours (doctor_id, valid, start_time, end_time, slot_minutes, capacity)
values (:doctor, '[2031-06-09,2031-06-09]', '18:00', '19:00', 30, 1);
insert into data.hours (doctor_id, valid) values (:doctor, '[2031-06-16,2031-06-16]');

select tests.act_as('anon');
select results_eq(
    format($$select d.doctor_id, d.date, d.time_zone::text, d.differs, h.*
        from api.get_day_hours(%s, '2031-06-02') as d, unnest(d.hours) as h$$, :doctor),
    format($$values (%s::bigint, date '2031-06-02', 'UTC', false, '09:00'::time, '12:00'::time,
        30::data.minutes, 4::data.seat_count, 0::data.pause_minutes)$$, :doctor),
    'a day has the hours of its weekday'
);
select results_eq(
    format($$select d.differs, h.start_time
        from api.get_day_hours(%s, '2031-06-09') as d, unnest(d.hours) as h$$, :doctor),
    $$values (true, '18:00'::time)$$, 'or its own'
);
select results_eq(
    format($$select differs, hours from api.get_day_hours(%s, '2031-06-16')$$, :doctor),
    $$values (true, '{}'::api.opening_hours[])$$, 'or none'
);
select throws_ok($$select api.get_day_hours(-1, '2031-06-02')$$,
    'PT404', 'doctor_not_found', 'nobody has any');
select throws_ok(format($$select api.get_day_hours(%s, '2031-06-02')$$, :unlisted),
    'PT404', 'doctor_not_found', 'nor has who waits for approval');

select * from finish();
rollback;
