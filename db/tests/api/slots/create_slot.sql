begin;
select plan(40);

select tests.account('Ann') as ann, tests.account('Bob', 'doctor') as bob,
    tests.account('Cid', 'doctor') as cid, tests.account('Eve', 'admin') as eve \gset
select tests.clinic(currency => 'EUR') as clinic \gset
select tests.doctor('Dr. Bob', 80, :bob, :clinic, 'Surgery') as doctor,
    tests.doctor('Dr. Cid', account => :cid) as other,
    tests.doctor('Dr. New', listed => false) as unlisted \gset

-- A call by its arguments after the doctor, as text for throws_ok.
create function tests.create_slot(doctor bigint, variadic arguments text[]) returns text
language sql
as $$
select format(
    'select api.create_slot(%s, doctor_id => %s)', array_to_string(arguments, ', '), doctor
)
$$;

select tests.act_as('doctor', :bob);
select id as slot from api.create_slot('2031-06-02 09:00+00') \gset
select results_eq(
    format('select * from api.get_slot(%s)', :slot),
    format($$values (
        %s::bigint, %s::bigint, 'UTC'::data.time_zone, null::data.label,
        'OFFLINE'::data.consultation_type, %s::bigint, 'Dr. Bob'::data.label,
        'Surgery'::data.label,
        '2031-06-02 09:00+00'::timestamptz, '2031-06-02 09:30+00'::timestamptz, 30, 1, 1,
        'AVAILABLE'::data.slot_status, 80::data.fee, 'EUR'::data.currency)$$,
        :slot, :clinic, :doctor),
    'a doctor opens a slot, of 30 minutes and one seat'
);
select results_eq(
    $$select end_time, duration_minutes, capacity, seats_available
        from api.create_slot('2031-06-02 10:00+00', '2031-06-02 10:45+00', capacity => 3)$$,
    $$values ('2031-06-02 10:45+00'::timestamptz, 45, 3, 3)$$,
    'the answer is the slot, with its end and capacity as given'
);
select is(
    (select s.end_time from api.create_slot('2031-06-02 11:00+00',
        duration_minutes => 20) as s),
    '2031-06-02 11:20+00'::timestamptz, 'a duration says when it ends'
);
select is(
    (select s.duration_minutes
     from api.create_slot('2031-06-02 12:00+00', '2031-06-02 12:20+00', 20) as s),
    20, 'end and duration may both be given where they agree'
);
select results_eq(
    $$select duration_minutes, capacity
        from api.create_slot('2031-06-02 13:00+00', null, null, null)$$,
    'values (30, 1)', 'null means the default'
);
select is(
    (select s.duration_minutes from api.create_slot('2031-06-03 00:00+00',
        '2031-06-04 00:00+00') as s),
    1440, 'a slot may last a day'
);
select is(
    (select s.seats_available from api.create_slot('2031-06-04 00:00+00',
        capacity => 1000) as s),
    1000, 'a slot may have 1000 seats'
);
select is(
    (select s.start_time
     from api.create_slot('2031-06-02 08:59+00', duration_minutes => 1) as s),
    '2031-06-02 08:59+00'::timestamptz, 'a slot may end when the next one starts, a minute later'
);

select throws_ok(tests.create_slot(:doctor, '$$2031-06-05 09:00+00$$', '$$2031-06-05 09:00+00$$'),
    'PT400', 'invalid_parameter', 'a slot does not end when it starts');
select throws_ok(tests.create_slot(:doctor, '$$2031-06-05 09:00+00$$', '$$2031-06-05 08:00+00$$'),
    'PT400', 'invalid_parameter', 'a slot does not end before it starts');
select throws_ok(tests.create_slot(:doctor, '$$2031-06-05 09:00+00$$',
    '$$2031-06-05 09:00:30+00$$'), 'PT400', 'invalid_parameter', 'a slot lasts whole minutes');
select throws_ok(tests.create_slot(:doctor, '$$2031-06-05 00:00+00$$', '$$2031-06-06 00:01+00$$'),
    'PT400', 'invalid_parameter', 'a slot lasts a day at most');
select throws_ok(tests.create_slot(:doctor, '$$2031-06-05 09:00+00$$', '$$infinity$$'),
    'PT400', 'invalid_parameter', 'a slot ends some day');
select throws_ok(tests.create_slot(:doctor, '$$9999-12-31 23:30+00$$'),
    'PT400', 'invalid_parameter', 'a slot ends before the year 10000, which no RFC 3339 can write');
select throws_ok(tests.create_slot(:doctor, '$$infinity$$'),
    'PT400', 'invalid_parameter', 'a slot starts some day');
select throws_ok(tests.create_slot(:doctor, '$$2031-06-05 09:00+00$$', '$$2031-06-05 10:00+00$$',
    '30'), 'PT400', 'invalid_parameter', 'end and duration must agree');
select throws_ok(tests.create_slot(:doctor, '$$2031-06-05 09:00+00$$', 'null', '0'), '23514', null,
    'a duration is at least a minute');
select throws_ok(tests.create_slot(:doctor, '$$2031-06-05 09:00+00$$', 'null', '1441'),
    '23514', null, 'a duration is a day at most');
select throws_ok(tests.create_slot(:doctor, '$$2031-06-05 09:00+00$$', 'null', 'null', '0'),
    '23514', null, 'a slot has at least a seat');
select throws_ok(tests.create_slot(:doctor, '$$2031-06-05 09:00+00$$', 'null', 'null', '1001'),
    '23514', null, 'a slot has 1000 seats at most');
select throws_ok(tests.create_slot(:doctor, 'clock_timestamp()'), 'PT409', 'slot_in_past',
    'a slot does not start now');
select throws_ok(tests.create_slot(:doctor, $$clock_timestamp() - interval '1 year'$$),
    'PT409', 'slot_in_past', 'a slot does not start in the past');
select throws_ok(
    tests.create_slot(:doctor, $$clock_timestamp() - interval '1 hour'$$, 'null', '120'),
    'PT409', 'slot_in_past', 'not even one that still lasts');

select throws_ok(tests.create_slot(:doctor, '$$2031-06-02 09:00+00$$'), 'PT409', 'slot_overlaps',
    'a doctor has no two slots at the same time');
select throws_ok(tests.create_slot(:doctor, '$$2031-06-02 09:29+00$$'), 'PT409', 'slot_overlaps',
    'a slot starts not before the one before has ended');
select throws_ok(tests.create_slot(:doctor, '$$2031-06-02 11:59+00$$', 'null', '2'),
    'PT409', 'slot_overlaps', 'a slot ends not after the next one starts');
select throws_ok(tests.create_slot(:doctor, '$$2031-06-02 09:10+00$$', 'null', '5'),
    'PT409', 'slot_overlaps', 'a slot does not lie within another');
select throws_ok(tests.create_slot(:doctor, '$$2031-06-02 08:00+00$$', 'null', '600'),
    'PT409', 'slot_overlaps', 'a slot does not cover others');
select throws_ok(tests.create_slot(:other, '$$2031-06-05 09:00+00$$'), 'PT404', 'doctor_not_found',
    'a doctor opens no slots of another');
select throws_ok(tests.create_slot(:other, 'clock_timestamp()'), 'PT404', 'doctor_not_found',
    'and learns nothing of the other''s book');
select throws_ok(tests.create_slot(-1, '$$2031-06-05 09:00+00$$'), 'PT404', 'doctor_not_found',
    'a doctor who does not exist has no slots');

select tests.act_as('admin', :eve);
select throws_ok($$select api.create_slot('2031-06-02 09:00+00')$$, 'PT400', 'missing_parameter',
    'an admin says whose slot');
select lives_ok(tests.create_slot(:other, '$$2031-06-02 09:00+00$$'),
    'an admin opens slots of any doctor, at the time of another doctor''s');
select throws_ok(tests.create_slot(:unlisted, '$$2031-06-02 09:00+00$$'),
    'PT404', 'doctor_not_found', 'a doctor who waits for approval has no slots');
select api.delete_slot(:slot);
select lives_ok(tests.create_slot(:doctor, '$$2031-06-02 09:00+00$$'),
    'a deleted slot is in nobody''s way');
select tests.act_as('doctor');
select throws_ok(tests.create_slot(:doctor, '$$2031-06-05 09:00+00$$'), 'PT401', 'unauthenticated',
    'a doctor''s role without an account is nobody');

-- On the day when clocks are put forward, a day is 23 hours long for a DBA in Paris.
select tests.act_as_nobody();
set local timezone = 'Europe/Paris';
select lives_ok(
    tests.create_slot(:doctor, '$$2031-03-30 00:00+00$$', '$$2031-03-31 00:00+00$$'),
    'a slot of 24 hours may start on a day of 23 hours');
select throws_ok(
    tests.create_slot(:doctor, '$$2031-10-25 22:00+00$$', '$$2031-10-26 23:00+00$$'),
    'PT400', 'invalid_parameter', 'a slot of 25 hours is too long even on a day of 25 hours');

select tests.act_as('anon');
select throws_ok(tests.create_slot(:doctor, '$$2031-06-05 09:00+00$$'), '42501', null,
    'anonymous callers open no slots');
select tests.act_as('patient', :ann);
select throws_ok(tests.create_slot(:doctor, '$$2031-06-05 09:00+00$$'), '42501', null,
    'patients open no slots');

select * from finish();
rollback;
