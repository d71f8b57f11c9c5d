-- 2031-06-02 is a Monday. In 2031 clocks change on March 30 and October 26 in Paris, on March 9 and
-- November 2 in New York, on April 6 and October 5 on Lord Howe.
begin;
select plan(53);

select tests.account('Ann') as ann, tests.account('Bob', 'doctor') as bob,
    tests.account('Eve', 'admin') as eve \gset
select tests.doctor('Dr. Bob', account => :bob) as doctor, tests.doctor('Dr. Other') as other,
    tests.doctor('Dr. New', listed => false) as unlisted \gset

-- A new doctor in a clinic of that zone.
create function tests.doctor_in(zone text) returns bigint
language sql
as $$select tests.doctor('Dr. ' || zone, clinic => tests.clinic(zone, zone))$$;

-- The starts of a doctor's slots, in UTC.
create function tests.starts(doctor bigint) returns text[]
language sql security definer
as $$
select array(
    select to_char(s.start_time at time zone 'UTC', 'MM-DD HH24:MI')
    from data.slot as s where s.doctor_id = doctor order by s.start_time
);
$$;

-- A call by its arguments after the doctor, as text for throws_ok.
create function tests.in_bulk(doctor bigint, arguments text) returns text
language sql
as $$
select format('select * from api.create_slots_in_bulk(%s, doctor_id => %s)', arguments, doctor)
$$;

select tests.act_as('doctor', :bob);
select results_eq(
    tests.in_bulk(:doctor, $$'2031-06-02', '2031-06-08', '09:00', '10:00'$$), 'values (10, 0)',
    'a week has five days of slots, of 30 minutes'
);
select is(
    tests.starts(:doctor),
    array[
        '06-02 09:00', '06-02 09:30', '06-03 09:00', '06-03 09:30', '06-04 09:00', '06-04 09:30',
        '06-05 09:00', '06-05 09:30', '06-06 09:00', '06-06 09:30'
    ],
    'they fill the hours from Monday to Friday'
);
select results_eq(
    format($$select distinct duration_minutes, capacity, seats_available, status
        from api.list_slots(doctor_id => %s)$$, :doctor),
    $$values (30, 1, 1, 'AVAILABLE'::data.slot_status)$$,
    'each has one seat, which is free'
);
select results_eq(
    tests.in_bulk(:doctor, $$'2031-06-02', '2031-06-08', '09:00', '10:00'$$), 'values (0, 10)',
    'the same once more creates nothing'
);
select is(cardinality(tests.starts(:doctor)), 10, 'really nothing');
select results_eq(
    tests.in_bulk(:doctor, $$'2031-06-02', '2031-06-02', '08:45', '10:30', 15$$), 'values (3, 4)',
    'what overlaps a slot is skipped, the rest is created'
);
select results_eq(
    tests.in_bulk(:doctor, $$'2031-06-06', '2031-06-09', '12:00', '13:00', null, null, null$$),
    'values (4, 0)', 'null means the default: 30 minutes, no weekends, one seat'
);
select results_eq(
    tests.in_bulk(:doctor,
        $$'2031-06-06', '2031-06-09', '13:00', '14:00', exclude_weekends => false$$),
    'values (8, 0)', 'weekends are included on request'
);
select results_eq(
    tests.in_bulk(:doctor, $$'2031-06-07', '2031-06-08', '18:00', '19:00'$$), 'values (0, 0)',
    'a weekend alone has no slots'
);
select results_eq(
    tests.in_bulk(:doctor,
        $$'2031-06-10', '2031-06-10', '00:00', '24:00', 1440, capacity => 1000$$),
    'values (1, 0)', 'a slot may last all day and have 1000 seats'
);
select results_eq(
    tests.in_bulk(:doctor, $$'2031-06-11', '2031-06-11', '23:00', '24:00', 25$$), 'values (2, 0)',
    'the last slot does not overrun midnight'
);
select results_eq(
    tests.in_bulk(:doctor,
        $$'2032-01-01', '2032-12-31', '09:00', '09:30', exclude_weekends => false$$),
    'values (366, 0)', '366 days are allowed'
);

select throws_ok(
    tests.in_bulk(:doctor, $$'2031-01-01', '2031-12-31', '09:00', '18:00', 5$$),
    'PT400', 'invalid_parameter', 'twenty thousand slots in one call are enough'
);
select throws_ok(
    tests.in_bulk(:doctor, $$'2033-01-01', '2034-01-02', '09:00', '09:30'$$),
    'PT400', 'invalid_parameter', '367 days are not'
);
select throws_ok(
    tests.in_bulk(:doctor, $$'9999-12-29', '9999-12-31', '09:00', '09:30'$$),
    'PT400', 'invalid_parameter', 'nor is the last day before the year 10000'
);
select throws_ok(
    tests.in_bulk(:doctor, $$'2031-06-03', '2031-06-02', '09:00', '10:00'$$),
    'PT400', 'invalid_parameter', 'the days are not in the wrong order'
);
select throws_ok(
    tests.in_bulk(:doctor, $$'2031-06-02', '2031-06-02', '10:00', '10:00'$$),
    'PT400', 'invalid_parameter', 'the hours are not empty'
);
select throws_ok(
    tests.in_bulk(:doctor, $$'2031-06-02', '2031-06-02', '22:00', '06:00'$$),
    'PT400', 'invalid_parameter', 'the hours are not in the wrong order'
);
select throws_ok(
    tests.in_bulk(:doctor, $$'2031-06-02', '2031-06-02', '10:00', '10:29'$$),
    'PT400', 'invalid_parameter', 'the hours are not too short for a slot'
);
select throws_ok(
    tests.in_bulk(:doctor, $$'2031-06-02', '2031-06-02', '23:45', '24:00'$$),
    'PT400', 'invalid_parameter', 'nor too short before midnight'
);
select throws_ok(
    tests.in_bulk(:doctor, $$'2031-06-02', '2031-06-02', '09:00', '10:00', 0$$), '23514', null,
    'a slot lasts at least a minute'
);
select throws_ok(
    tests.in_bulk(:doctor, $$'2031-06-02', '2031-06-02', '09:00', '10:00', capacity => 1001$$),
    '23514', null, 'a slot has 1000 seats at most'
);
select throws_ok(
    tests.in_bulk(:other, $$'2031-06-02', '2031-06-02', '09:00', '10:00'$$),
    'PT404', 'doctor_not_found', 'a doctor creates no slots of another'
);
select throws_ok(
    tests.in_bulk(:other, $$'2031-06-03', '2031-06-02', '09:00', '10:00'$$),
    'PT404', 'doctor_not_found', 'whatever else is wrong'
);
select throws_ok(
    tests.in_bulk(-1, $$'2031-06-02', '2031-06-02', '09:00', '10:00'$$),
    'PT404', 'doctor_not_found', 'a doctor who does not exist has no slots'
);
select results_eq(
    $$select * from api.create_slots_in_bulk('2031-07-07', '2031-07-07', '09:00', '10:00')$$,
    'values (2, 0)', 'a doctor who names none means the own one'
);
select api.create_time_off(:doctor, '2031-07-08 09:30+00', '2031-07-09 00:00+00');
select results_eq(
    tests.in_bulk(:doctor, $$'2031-07-08', '2031-07-08', '09:00', '10:00'$$), 'values (1, 1)',
    'what touches time off is skipped'
);
select tests.act_as('doctor');
select throws_ok(
    tests.in_bulk(:doctor, $$'2031-06-02', '2031-06-02', '09:00', '10:00'$$),
    'PT401', 'unauthenticated', 'a doctor''s role without an account is nobody'
);

select tests.act_as('admin', :eve);
select throws_ok(
    $$select api.create_slots_in_bulk('2031-07-07', '2031-07-07', '09:00', '10:00')$$,
    'PT400', 'missing_parameter', 'an admin says whose slots'
);
select results_eq(
    tests.in_bulk(:other, $$'2031-06-02', '2031-06-02', '09:00', '10:00'$$), 'values (2, 0)',
    'an admin creates slots of any doctor, at the time of another doctor''s'
);
select throws_ok(
    tests.in_bulk(:unlisted, $$'2031-06-02', '2031-06-02', '09:00', '10:00'$$),
    'PT404', 'doctor_not_found', 'a doctor who waits for approval has no slots'
);
select results_eq(
    tests.in_bulk(:other, $$current_date - 11, current_date - 2, '09:00', '10:00',
        exclude_weekends => false$$),
    'values (0, 20)', 'what lies in the past is skipped'
);
select api.delete_slot(min(s.id)) from api.list_slots(doctor_id => :other) as s;
select results_eq(
    tests.in_bulk(:other, $$'2031-06-02', '2031-06-02', '09:00', '10:00'$$), 'values (1, 1)',
    'a deleted slot is in nobody''s way'
);

select tests.doctor_in('Europe/Paris') as paris, tests.doctor_in('America/New_York') as new_york,
    tests.doctor_in('Australia/Lord_Howe') as lord_howe,
    tests.doctor_in('Pacific/Auckland') as auckland,
    tests.doctor_in('America/Los_Angeles') as los_angeles,
    tests.doctor_in('Europe/Paris') as across, tests.doctor_in('Pacific/Honolulu') as far \gset
select results_eq(
    tests.in_bulk(:far, $$'9999-12-30', '9999-12-30', '23:30', '24:00'$$),
    'values (1, 0)', 'the last day but one of the year 9999 has slots to its end'
);

-- Monday morning in Auckland is Sunday in UTC; Friday evening in Los Angeles is Saturday.
select results_eq(
    tests.in_bulk(:auckland, $$'2031-06-02', '2031-06-08', '08:00', '08:30'$$), 'values (5, 0)',
    'Auckland: five days of a week are no weekend'
);
select is(
    tests.starts(:auckland),
    array['06-01 20:00', '06-02 20:00', '06-03 20:00', '06-04 20:00', '06-05 20:00'],
    'Auckland: they are the days from Monday to Friday there'
);
select results_eq(
    tests.in_bulk(:los_angeles, $$'2031-06-02', '2031-06-08', '20:00', '20:30'$$), 'values (5, 0)',
    'Los Angeles: five days of a week are no weekend'
);
select is(
    tests.starts(:los_angeles),
    array['06-03 03:00', '06-04 03:00', '06-05 03:00', '06-06 03:00', '06-07 03:00'],
    'Los Angeles: they are the days from Monday to Friday there'
);

select results_eq(
    tests.in_bulk(:paris,
        $$'2031-03-29', '2031-03-31', '01:30', '03:30', exclude_weekends => false$$),
    'values (10, 0)', 'Paris: the gap has no slots, and they do not count as skipped'
);
select is(
    tests.starts(:paris),
    array[
        '03-29 00:30', '03-29 01:00', '03-29 01:30', '03-29 02:00',
        '03-30 00:30', '03-30 01:00',
        '03-30 23:30', '03-31 00:00', '03-31 00:30', '03-31 01:00'
    ],
    'Paris: slots follow the local time over the gap'
);
select results_eq(
    tests.in_bulk(:paris,
        $$'2031-10-26', '2031-10-26', '01:30', '03:30', exclude_weekends => false$$),
    'values (4, 0)', 'Paris: the double hour yields its slots once'
);
select is(
    (tests.starts(:paris))[11:],
    array['10-25 23:30', '10-26 00:00', '10-26 00:30', '10-26 02:00'],
    'Paris: the first of two counts'
);
select results_eq(
    tests.in_bulk(:paris,
        $$'2031-10-26', '2031-10-26', '01:30', '03:30', exclude_weekends => false$$),
    'values (0, 4)', 'Paris: nor does the double hour yield more when asked again'
);
select results_eq(
    tests.in_bulk(:new_york,
        $$'2031-03-09', '2031-03-09', '01:30', '03:30', exclude_weekends => false$$),
    'values (2, 0)', 'New York: the gap has no slots'
);
select results_eq(
    tests.in_bulk(:new_york,
        $$'2031-11-02', '2031-11-02', '00:30', '02:30', exclude_weekends => false$$),
    'values (4, 0)', 'New York: the double hour yields its slots once'
);
select is(
    tests.starts(:new_york),
    array['03-09 06:30', '03-09 07:00', '11-02 04:30', '11-02 05:00', '11-02 05:30', '11-02 07:00'],
    'New York: the first of two counts'
);
select results_eq(
    tests.in_bulk(:lord_howe,
        $$'2031-10-05', '2031-10-05', '01:30', '03:00', exclude_weekends => false$$),
    'values (2, 0)', 'Lord Howe: the gap of half an hour has no slot'
);
select results_eq(
    tests.in_bulk(:lord_howe,
        $$'2031-04-06', '2031-04-06', '01:00', '02:30', exclude_weekends => false$$),
    'values (3, 0)', 'Lord Howe: the double half-hour yields its slot once'
);
select is(
    tests.starts(:lord_howe),
    array['04-05 14:00', '04-05 14:30', '04-05 15:30', '10-04 15:00', '10-04 15:30'],
    'Lord Howe: the first of two counts'
);
-- 01:30 lasts until 03:15, since clocks jump to three; so three o'clock is taken.
select results_eq(
    tests.in_bulk(:across, $$'2031-03-30', '2031-03-30', '01:30', '04:30', 45, false$$),
    'values (2, 1)', 'a slot that lasts over the gap is in the way of the next one'
);

select tests.act_as('anon');
select throws_ok(
    tests.in_bulk(:doctor, $$'2031-06-02', '2031-06-02', '09:00', '10:00'$$), '42501', null,
    'anonymous callers create no slots'
);
select tests.act_as('patient', :ann);
select throws_ok(
    tests.in_bulk(:doctor, $$'2031-06-02', '2031-06-02', '09:00', '10:00'$$), '42501', null,
    'patients create no slots'
);
select tests.act_as_nobody();
select is_empty(
    'select s.id from data.slot as s where s.local_date is distinct from core.day_of_slot(s.id)',
    'each slot is on the day that it has in the zone of its clinic'
);

select * from finish();
rollback;
