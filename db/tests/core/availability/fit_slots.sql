begin;
select plan(29);

set local timezone = 'UTC';
select tests.clinic() as clinic \gset
update data.clinic as c set horizon_days = 10 where c.id = :clinic;
select tests.doctor(clinic => :clinic) as doctor, tests.doctor(clinic => :clinic) as idle \gset
select tests.hours(:doctor);
\set fit 'select core.fit_slots(' :doctor ', null, null)'
create function pg_temp.slot_at(doctor bigint, days integer, local_time time) returns bigint
language sql
as $$
select s.id from data.slot as s
where s.doctor_id = doctor and s.start_time = tests.at(days, local_time) and s.deleted_at is null
$$;
create function pg_temp.change(doctor bigint, first time, last time, minutes integer default 30)
returns void
language sql
as $$
update data.hours as h set start_time = first, end_time = last, slot_minutes = minutes
where h.doctor_id = doctor;
select core.fit_slots(doctor, null, null);
$$;

select is(core.fit_slots(:doctor, null, null), true, 'slots are made');
select is(tests.day_of(:doctor, 1), '[09:00] [09:30]', 'from tomorrow, at the latest,');
select is(tests.day_of(:doctor, 9), '[09:00] [09:30]', 'as far as the horizon reaches,');
select is(tests.day_of(:doctor, 10), '', 'and no further');
select is(
    (select d.slots_until from data.doctor as d where d.id = :doctor), current_date + 10,
    'the doctor''s row says up to when'
);
select is(
    (select count(*) from data.slot as s
     where s.doctor_id = :doctor and s.start_time <= clock_timestamp()),
    0::bigint, 'none is in the past'
);
select array_agg(s.id order by s.id) as before from data.slot as s where s.doctor_id = :doctor
\gset
select core.fit_slots(:doctor, null, null);
select is(
    (select array_agg(s.id order by s.id) from data.slot as s where s.doctor_id = :doctor),
    :'before', 'a second time nothing is made, and nothing goes'
);

-- Bookings, by their day from now: one that lasts, one that ran out, one that was cancelled.
select
    tests.booking(pg_temp.slot_at(:doctor, 2, '09:30'), status => 'CONFIRMED') as lasting,
    tests.booking(pg_temp.slot_at(:doctor, 3, '09:30')) as run_out,
    tests.booking(pg_temp.slot_at(:doctor, 4, '09:30'), status => 'CANCELLED') as cancelled,
    tests.slot(:doctor, tests.at(5, '12:00')) as by_hand,
    tests.slot(:doctor, tests.at(5, '10:00')) as also_by_hand
\gset
select tests.run_out(:run_out);
select pg_temp.change(:doctor, '09:00', '09:30');
select is(tests.day_of(:doctor, 1), '[09:00]', 'what changed hours do not make any more goes');
select is(tests.day_of(:doctor, 2), '[09:00] [09:30]!', 'what is booked stays until it is free');
select is(tests.day_of(:doctor, 3), '[09:00]', 'a hold that has run out holds nothing');
select is(tests.day_of(:doctor, 4), '[09:00]', 'nor does a cancelled booking');
select is(
    (select b.status::text from data.booking as b where b.id = :cancelled), 'CANCELLED',
    'which stays as history'
);
select is(tests.day_of(:doctor, 5), '[09:00] 10:00 12:00', 'what was made by hand stays');
select pg_temp.change(:doctor, '09:00', '10:00');
select is(tests.day_of(:doctor, 1), '[09:00] [09:30]', 'what was withdrawn is made again');
select is(
    tests.day_of(:doctor, 2), '[09:00] [09:30]', 'what was to go stays where hours make it again'
);
select pg_temp.slot_at(:doctor, 1, '09:00') as same \gset
select pg_temp.change(:doctor, '09:00', '11:00');
select is(
    pg_temp.slot_at(:doctor, 1, '09:00'), :same::bigint, 'what both hours make stays the same'
);
select is(
    tests.day_of(:doctor, 5), '[09:00] [09:30] 10:00 [10:30] 12:00',
    'what stands by hand is in the way of what hours would make'
);

-- What somebody deleted.
update data.slot as s set deleted_at = clock_timestamp()
where s.id = pg_temp.slot_at(:doctor, 6, '10:00');
select core.fit_slots(:doctor, null, null);
select is(
    tests.day_of(:doctor, 6), '[09:00] [09:30] [10:30]', 'what was deleted by hand does not return'
);
select pg_temp.change(:doctor, '12:00', '13:00'), pg_temp.change(:doctor, '09:00', '11:00');
select is(
    tests.day_of(:doctor, 6), '[09:00] [09:30] [10:30]', 'nor when hours come back to its time'
);
select pg_temp.change(:doctor, '09:00', '11:00', 60);
select is(
    tests.day_of(:doctor, 6), '[09:00]', 'nor as part of another slot'
);
update data.slot as s set deleted_at = clock_timestamp() where s.id = :by_hand;
select pg_temp.change(:doctor, '12:00', '13:00', 60);
select is(
    tests.day_of(:doctor, 5), '10:00 [12:00]', 'what was made by hand keeps nobody out once deleted'
);
select is(
    tests.day_of(:doctor, 2), '[09:30]! [12:00]', 'all the while who booked is left in peace'
);

-- Part of the days.
update data.hours as h set slot_minutes = 30 where h.doctor_id = :doctor;
select core.fit_slots(:doctor, current_date + 7, current_date + 7);
select is(tests.day_of(:doctor, 7), '[12:00] [12:30]', 'only the days named are looked at');
select is(tests.day_of(:doctor, 8), '[12:00]', 'others stay');

-- Without hours.
select core.fit_slots(:idle, null, null);
select is(
    (select d.slots_until from data.doctor as d where d.id = :idle), null,
    'who has no hours needs no upkeep'
);
select tests.hours(:idle);
select core.fit_slots(:idle, current_date + 5, current_date + 5);
select is(
    (select d.slots_until from data.doctor as d where d.id = :idle), current_date,
    'a day counts as done only when those before it are'
);
select is(
    tests.day_of(:idle, 5) || tests.day_of(:idle, 4), '[09:00] [09:30]', 'though it is'
);

-- Morning there is the evening of the day before, in UTC.
select tests.doctor(clinic => tests.clinic(time_zone => 'Pacific/Kiritimati')) as eastern \gset
select tests.hours(:eastern);
select ok(core.fit_slots(:eastern, null, null), 'slots are made in the far east');
select results_eq(
    format(
        $$select distinct s.local_date = core.day_of_slot(s.id),
            s.local_date = (s.start_time at time zone 'UTC')::date + 1
        from data.slot as s where s.doctor_id = %s$$, :eastern
    ),
    'values (true, true)', 'each on the day that it has in the zone of its clinic'
);

select * from finish();
rollback;
