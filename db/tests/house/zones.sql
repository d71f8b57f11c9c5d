-- Whatever has to do with a clinic's days and hours, in zones where clocks go forward and back.
begin;
select plan(49);

-- What the session's own zone is must not matter.
set local timezone = 'Asia/Tokyo';

-- A day, when it begins and how long it is, by the offsets that were in force. Days of the past
-- are taken: of these nobody changes the clocks any more.
create temp table day (zone text, day date, starts timestamptz, hours numeric, title text);
insert into day
values
('Europe/Berlin', '2024-03-31', '2024-03-31 00:00+01', 23, 'spring'),
('Europe/Berlin', '2024-10-27', '2024-10-27 00:00+02', 25, 'autumn'),
('Europe/Berlin', '2023-12-31', '2023-12-31 00:00+01', 24, 'the last day of a year'),
('Europe/Berlin', '2024-01-01', '2024-01-01 00:00+01', 24, 'the first'),
('Europe/Berlin', '2024-02-29', '2024-02-29 00:00+01', 24, 'a leap day'),
('America/New_York', '2024-03-10', '2024-03-10 00:00-05', 23, 'spring'),
('America/New_York', '2024-11-03', '2024-11-03 00:00-04', 25, 'autumn'),
('America/New_York', '2023-12-31', '2023-12-31 00:00-05', 24, 'the last day of a year'),
('America/New_York', '2024-02-29', '2024-02-29 00:00-05', 24, 'a leap day'),
('Australia/Lord_Howe', '2024-10-06', '2024-10-06 00:00+10:30', 23.5, 'spring, by half an hour'),
('Australia/Lord_Howe', '2024-04-07', '2024-04-07 00:00+11', 24.5, 'autumn, by half an hour'),
('Australia/Lord_Howe', '2024-01-01', '2024-01-01 00:00+11', 24, 'the first day of a year'),
('Australia/Lord_Howe', '2024-02-29', '2024-02-29 00:00+11', 24, 'a leap day'),
('Asia/Kolkata', '2024-03-31', '2024-03-31 00:00+05:30', 24, 'clocks never change'),
('Asia/Kolkata', '2023-12-31', '2023-12-31 00:00+05:30', 24, 'the last day of a year'),
('Asia/Kolkata', '2024-02-29', '2024-02-29 00:00+05:30', 24, 'a leap day');

select is(
    array[core.day_start(d.day, d.zone), core.day_start(d.day + 1, d.zone)],
    array[d.starts, d.starts + d.hours * interval '1 hour'],
    format('%s, %s: when the day begins and ends', d.zone, d.title)
)
from day as d;

-- Slots around both ends of the day, of which the date shows the two that begin within it.
create temp table practice as
select z.zone, tests.doctor(clinic => tests.clinic(time_zone => z.zone), fee => 0) as doctor
from (select distinct d.zone from day as d) as z;
create temp table edge as
select d.zone, d.day, p.doctor, tests.slot(p.doctor, e.starts, 1) as slot, e.within
from day as d
join practice as p on p.zone = d.zone
cross join lateral (
    values
    (d.starts - interval '1 minute', false), (d.starts, true),
    (d.starts + d.hours * interval '1 hour' - interval '1 minute', true),
    (d.starts + d.hours * interval '1 hour', false)
) as e (starts, within)
-- Where two of the days meet, an edge is that of both.
where not exists (
    select from day as o
    where o.zone = d.zone and (o.day = d.day - 1 or o.day = d.day + 1)
);
select tests.booking(e.slot, amount => 0, status => 'CONFIRMED') from edge as e;
select is(
    (
        select array_agg(s.id order by s.id)
        from api.list_doctor_slots(e.doctor, e.day) as s
    )::text || (
        select array_agg(b.slot_id order by b.slot_id)
        from api.list_bookings(doctor_id => e.doctor, date => e.day) as b
    )::text,
    repeat(array_agg(e.slot order by e.slot) filter (where e.within)::text, 2),
    format('%s, %s: slots and bookings of the date', e.zone, e.day)
)
from edge as e group by e.zone, e.day, e.doctor;

-- Slots in bulk are for days to come: all day long, on the next days on which clocks change, and
-- on both sides of a year's end and of a leap day.
create temp table coming as
select
    p.zone, p.doctor, n.day::date as day,
    extract(
        epoch from core.day_start(n.day::date + 1, p.zone) - core.day_start(n.day::date, p.zone)
    ) / 3600 as hours
from practice as p
cross join generate_series(current_date + 2, current_date + 366 * 2, interval '1 day') as n (day);
select is(
    array(
        select distinct c.hours::numeric(4, 1) from coming as c where c.zone = z.zone order by 1
    ),
    z.hours, format('%s: how long days are', z.zone)
)
from (
    values
    ('Europe/Berlin', '{23,24,25}'::numeric(4, 1)[]),
    ('America/New_York', '{23,24,25}'), ('Australia/Lord_Howe', '{23.5,24,24.5}'),
    ('Asia/Kolkata', '{24}')
) as z (zone, hours);
create temp table bulk as
select distinct on (c.zone, c.hours, extract(month from c.day) = 12)
    c.zone, c.doctor, c.day, c.hours,
    (
        api.create_slots_in_bulk(
            c.day, c.day, '00:00', '24:00', duration_minutes => 30,
            exclude_weekends => false, doctor_id => c.doctor
        )
    ).created
from coming as c
where c.hours <> 24 or to_char(c.day, 'MM-DD') = '12-31'
order by c.zone, c.hours, extract(month from c.day) = 12, c.day;
select is(
    (
        select count(*)
        from data.slot as s
        where s.doctor_id = b.doctor and (s.start_time at time zone b.zone)::date = b.day
    ),
    -- The hour that is repeated is used once, the one that is skipped not at all.
    (least(b.hours, 24) * 2)::bigint,
    format('%s: a day of %s hours in half-hours', b.zone, b.hours::numeric(4, 1))
)
from bulk as b;
select is_empty(
    $$select b.zone, s.start_time
      from bulk as b join data.slot as s on s.doctor_id = b.doctor
      where s.start_time > current_date and (
          s.end_time - s.start_time <> interval '30 minutes'
          or extract(minute from s.start_time at time zone b.zone) not in (0, 30)
      )$$,
    'each lasts half an hour and begins on the half-hour that clocks show'
);

-- Notice and horizon of booking are lengths of time: clocks that change do not change them.
select tests.clinic(time_zone => 'Europe/Berlin') as clinic \gset
select tests.doctor(clinic => :clinic, fee => 0) as doctor \gset
update data.clinic as c set booking_horizon_days = 300, booking_notice_minutes = 90
where c.id = :clinic;
select
    tests.slot(:doctor, clock_timestamp() + interval '91 minutes', 1) as first,
    tests.slot(:doctor, clock_timestamp() + interval '89 minutes', 1) as too_soon,
    tests.slot(:doctor, clock_timestamp() + 300 * interval '24 hours' - interval '1 minute', 1)
        as last,
    tests.slot(:doctor, clock_timestamp() + 300 * interval '24 hours' + interval '1 minute', 1)
        as too_late
\gset
select tests.act_as('anon');
set local timezone = 'America/New_York';
select
    is(
        left(
            tests.refusal_of(
                format('select api.book_slot(%s, ''Ann'', ''a@example.com'')', c.slot)
            ),
            28
        ),
        c.refusal, c.title
    )
from (
    values
    (:first, null, 'with the notice'), (:too_soon, 'PT409 outside_booking_window', 'not later'),
    (:last, null, 'within the horizon'), (:too_late, 'PT409 outside_booking_window', 'not beyond')
) as c (slot, refusal, title);
select tests.act_as_nobody();

select * from finish();
rollback;
