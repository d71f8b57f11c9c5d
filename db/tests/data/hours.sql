begin;
select plan(14);

select tests.doctor() as doctor, tests.doctor() as other \gset
create function pg_temp.against(weekday integer, valid daterange, first time, last time,
    doctor bigint, minutes integer default 30, capacity integer default 1) returns text
language sql
as $$
select tests.constraint_against(format(
    'insert into data.hours (doctor_id, weekday, valid, start_time, end_time, slot_minutes, '
    'capacity) values (%L, %L, %L, %L, %L, %L, %L)',
    doctor, weekday, valid, first, last, minutes, capacity
))
$$;
insert into data.hours (doctor_id, weekday, valid, start_time, end_time, slot_minutes, capacity)
values (:doctor, 1, '[2031-06-01,2031-07-01)', '09:00', '12:00', 30, 1);
insert into data.hours (doctor_id, valid) values (:doctor, '[2031-06-09,2031-06-09]');

select is(pg_temp.against(1, '(,)', '11:59', '13:00', :doctor), 'hours_overlap', 'no overlap');
select is(pg_temp.against(1, '(,)', '12:00', '13:00', :doctor), null, 'hours may follow hours');
select is(pg_temp.against(2, '(,)', '09:00', '12:00', :doctor), null, 'on another weekday');
select is(pg_temp.against(1, '(,)', '09:00', '12:00', :other), null, 'of another doctor');
select is(
    pg_temp.against(1, '[2031-07-01,)', '09:00', '12:00', :doctor), null, 'or at another time'
);
select is(
    pg_temp.against(null, '[2031-06-09,2031-06-09]', '09:00', '12:00', :doctor), 'hours_overlap',
    'a day that is closed has no hours'
);
select is(
    pg_temp.against(null, '[2031-06-02,2031-06-02]', '09:00', '12:00', :doctor), null,
    'a day of its own may have those of its weekday'
);
select is(
    pg_temp.against(null, '[2031-06-02,2031-06-03]', '09:00', '12:00', :doctor),
    'hours_of_week_or_day', 'a day is one day'
);
select is(
    pg_temp.against(null, '(,)', '09:00', '12:00', :doctor), 'hours_of_week_or_day', 'not all days'
);
select is(
    pg_temp.against(1, '(,)', null, null, :other, null, null), 'hours_whole_or_closed',
    'no weekday is closed: it has no hours'
);
select is(
    pg_temp.against(1, '(,)', '09:00', '12:00', :other, 30, null), 'hours_whole_or_closed',
    'hours are whole'
);
select is(
    pg_temp.against(1, '(,)', '09:00', '09:29', :other), 'hours_hold_a_slot', 'and hold a slot'
);
select is(
    pg_temp.against(1, '(,)', '12:00', '09:00', :other), 'hours_end_after_start', 'in their order'
);
select is(
    pg_temp.against(1, 'empty', '09:00', '12:00', :other), 'hours_valid_some_day', 'on some day'
);

select * from finish();
rollback;
