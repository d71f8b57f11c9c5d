-- In 2031 clocks change on March 30 and October 26 in Berlin, March 9 and November 2 in New York,
-- April 6 and October 5 on Lord Howe, and never in Kolkata.
begin;
select plan(14);

create function pg_temp.doctor_in(zone text) returns bigint
language sql
as $$select tests.doctor(clinic => tests.clinic(zone, zone))$$;

create function pg_temp.works(doctor bigint, first time, last time, buffer integer) returns void
language sql
as $$
insert into data.hours (
    doctor_id, weekday, valid, start_time, end_time, slot_minutes, capacity, buffer_minutes
)
select doctor, n, '(,)', first, last, 30, 2, buffer from generate_series(1, 7) as n;
$$;

-- The starts of the slots, in UTC.
create function pg_temp.starts(doctor bigint, first date, last date) returns text[]
language sql
as $$
select array(
    select to_char(e.starts at time zone 'UTC', 'MM-DD HH24:MI')
    from core.expected_slots(doctor, first, last) as e order by e.starts
)
$$;

set local timezone = 'Asia/Tokyo';
select
    pg_temp.doctor_in('Europe/Berlin') as berlin,
    pg_temp.doctor_in('America/New_York') as new_york,
    pg_temp.doctor_in('Australia/Lord_Howe') as lord_howe,
    pg_temp.doctor_in('Asia/Kolkata') as kolkata,
    pg_temp.doctor_in('UTC') as utc
\gset
select pg_temp.works(d, '01:30', '03:30', 0)
from unnest(array[:berlin, :new_york, :lord_howe]) as d;
select pg_temp.works(:kolkata, '23:00', '24:00', 0), pg_temp.works(:utc, '09:00', '10:30', 10);

select is(
    pg_temp.starts(:berlin, '2031-03-30', '2031-03-30'), '{"03-30 00:30","03-30 01:00"}',
    'Berlin: the gap has no slots'
);
select is(
    pg_temp.starts(:berlin, '2031-10-26', '2031-10-26'),
    '{"10-25 23:30","10-26 00:00","10-26 00:30","10-26 02:00"}',
    'Berlin: of the double hour the first counts'
);
select is(
    pg_temp.starts(:new_york, '2031-03-09', '2031-03-09'), '{"03-09 06:30","03-09 07:00"}',
    'New York: the gap has no slots'
);
select is(
    pg_temp.starts(:new_york, '2031-11-02', '2031-11-02'),
    '{"11-02 05:30","11-02 07:00","11-02 07:30","11-02 08:00"}',
    'New York: of the double hour the first counts'
);
select is(
    pg_temp.starts(:lord_howe, '2031-10-05', '2031-10-05'),
    '{"10-04 15:00","10-04 15:30","10-04 16:00"}', 'Lord Howe: the gap of half an hour has no slot'
);
select is(
    pg_temp.starts(:lord_howe, '2031-04-06', '2031-04-06'),
    '{"04-05 14:30","04-05 15:30","04-05 16:00","04-05 16:30"}',
    'Lord Howe: of the double half-hour the first counts'
);
select is(
    pg_temp.starts(:kolkata, '2031-12-31', '2032-01-01'),
    '{"12-31 17:30","12-31 18:00","01-01 17:30","01-01 18:00"}',
    'Kolkata: over the end of a year, up to midnight there'
);
select is(
    pg_temp.starts(:utc, '2032-02-28', '2032-03-01'),
    '{"02-28 09:00","02-28 09:40","02-29 09:00","02-29 09:40","03-01 09:00","03-01 09:40"}',
    'a leap day is a day; a buffer lies between slots'
);
select results_eq(
    format($$select ends - starts, capacity from core.expected_slots(
        %s, '2031-06-02', '2031-06-02')$$, :utc),
    $$values (interval '30 minutes', 2), ('30 minutes', 2)$$, 'each as long and as large as said'
);
select is(pg_temp.starts(:utc, '2031-06-03', '2031-06-02'), '{}', 'no days, no slots');

insert into data.time_off (doctor_id, start_time, end_time)
values (:utc, '2031-06-02 09:30+00', '2031-06-02 09:41+00');
select is(
    pg_temp.starts(:utc, '2031-06-02', '2031-06-02'), '{"06-02 09:00"}',
    'none touches time off; one may end when it begins'
);
insert into data.time_off (doctor_id, start_time, end_time)
values (:utc, '2031-06-01 00:00+00', '2031-06-02 09:00+00');
select is(
    pg_temp.starts(:utc, '2031-06-02', '2031-06-02'), '{"06-02 09:00"}',
    'or begin when it ends'
);
insert into data.time_off (doctor_id, start_time, end_time)
values (:utc, '2031-06-02 09:10+00', '2031-06-02 09:11+00');
select is(
    pg_temp.starts(:utc, '2031-06-02', '2031-06-02'), '{}', 'however short it is'
);
select is(
    pg_temp.starts(:berlin, '2031-06-02', '2031-06-02'),
    '{"06-01 23:30","06-02 00:00","06-02 00:30","06-02 01:00"}', 'that of others does not count'
);

select * from finish();
rollback;
