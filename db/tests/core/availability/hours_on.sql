-- 2031-06-02 is a Monday.
begin;
select plan(7);

select tests.doctor() as doctor, tests.doctor() as other \gset
insert into data.hours (doctor_id, weekday, valid, start_time, end_time, slot_minutes, capacity)
values
(:doctor, 1, '(,)', '13:00', '15:00', 30, 1),
(:doctor, 1, '(,)', '09:00', '12:00', 30, 1),
(:doctor, 2, '[2031-06-10,)', '10:00', '12:00', 30, 1),
(:other, 3, '(,)', '10:00', '12:00', 30, 1);
insert into data.hours (doctor_id, valid, start_time, end_time, slot_minutes, capacity)
values (:doctor, '[2031-06-09,2031-06-09]', '18:00', '19:00', 30, 1);
insert into data.hours (doctor_id, valid) values (:doctor, '[2031-06-16,2031-06-16]');

create function pg_temp.begin_on(doctor bigint, day date) returns text[]
language sql
as $$select array(select to_char(h.start_time, 'HH24') from core.hours_on(doctor, day) as h)$$;

select is(pg_temp.begin_on(:doctor, '2031-06-02'), '{09,13}', 'the hours of a weekday, in order');
select is(pg_temp.begin_on(:doctor, '2031-06-03'), '{}', 'not before they hold');
select is(pg_temp.begin_on(:doctor, '2031-06-10'), '{10}', 'from then on');
select is(pg_temp.begin_on(:doctor, '2031-06-09'), '{18}', 'a day of its own has its own alone');
select is(pg_temp.begin_on(:doctor, '2031-06-16'), '{}', 'a day that is closed has none');
select is(pg_temp.begin_on(:doctor, '2031-06-23'), '{09,13}', 'others are as always');
select is(pg_temp.begin_on(:doctor, '2031-06-04'), '{}', 'nobody has those of another');

select * from finish();
rollback;
