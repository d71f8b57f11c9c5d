begin;
select plan(5);

select tests.clinic(time_zone => 'Asia/Tokyo') as clinic \gset
select tests.doctor(clinic => :clinic) as doctor, tests.doctor() as idle,
    tests.doctor(listed => false) as unlisted \gset
insert into data.hours (doctor_id, weekday, valid, start_time, end_time, slot_minutes, capacity)
values
(:doctor, 2, '(,)', '13:00', '15:00', 30, 1),
(:doctor, 2, '(,)', '09:00', '12:00', 30, 1),
(:doctor, 1, daterange(null, current_date - 2), '09:00', '12:00', 30, 1),
(:doctor, 1, daterange(current_date + 2, current_date + 5), '10:00', '12:00', 30, 1);
insert into data.hours (doctor_id, valid, start_time, end_time, slot_minutes, capacity)
values (:doctor, '[2031-06-09,2031-06-09]', '18:00', '19:00', 30, 1);

select tests.act_as('anon');
select results_eq(
    format($$select w.weekday::integer, w.start_time, w.valid_from, w.valid_until
        from api.get_availability(%s) as a, unnest(a.weekly) as w$$, :doctor),
    $$values (1, '10:00'::time, current_date + 2, current_date + 4),
        (2, '09:00', null, null), (2, '13:00', null, null)$$,
    'anybody sees the weekly hours, those too that are to come, but not those that hold no more'
);
select results_eq(
    format('select time_zone::text, horizon_days::integer from api.get_availability(%s)', :doctor),
    $$values ('Asia/Tokyo', 60)$$, 'with the zone in which they are meant'
);
select results_eq(
    format('select weekly from api.get_availability(%s)', :idle),
    $$values ('{}'::api.weekly_hours[])$$, 'who said nothing has none'
);
select throws_ok('select api.get_availability(-1)', 'PT404', 'doctor_not_found', 'nobody has any');
select throws_ok(format('select api.get_availability(%s)', :unlisted),
    'PT404', 'doctor_not_found', 'nor has who waits for approval');

select * from finish();
rollback;
