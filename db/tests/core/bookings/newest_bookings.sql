begin;
select plan(21);

select tests.doctor() as a, tests.doctor() as b, tests.doctor() as c \gset
select tests.slot(:a, capacity => 20) as sa, tests.slot(:b, capacity => 20) as sb \gset
select
    tests.booking(:sa) as b1,
    tests.booking(:sb, patient_email => 'Bob@example.com') as b2,
    tests.booking(:sa, status => 'CANCELLED') as b3,
    tests.booking(:sa) as out,
    tests.booking(:sb, status => 'FAILED') as b4,
    tests.booking(:sa, status => 'CONFIRMED') as b5,
    tests.booking(:sa, patient_email => 'bob@example.com', status => 'CONFIRMED') as b6
\gset
select tests.run_out(:out);

select is(
    core.newest_bookings(null, null, null, null, 9),
    array[:b6, :b5, :b4, :out, :b3, :b2, :b1]::bigint[], 'the newest first'
);
select is(core.newest_bookings(null, null, null, null, 2), array[:b6, :b5]::bigint[], 'so many');
select is(
    core.newest_bookings(null, null, null, :b4, 2), array[:out, :b3]::bigint[], 'below some id'
);
select is(
    core.newest_bookings('{PENDING}', null, null, null, 9), array[:b2, :b1]::bigint[],
    'a hold that has run out is none'
);
select is(
    core.newest_bookings('{FAILED}', null, null, null, 9), array[:b4, :out]::bigint[],
    'it has failed'
);
select is(
    core.newest_bookings('{FAILED,PENDING}', null, null, null, 9),
    array[:b4, :out, :b2, :b1]::bigint[], 'and is there once where both are asked for'
);
select is(
    core.newest_bookings(null, array[:a], null, null, 9), array[:b6, :b5, :out, :b3, :b1]::bigint[],
    'those of a doctor'
);
select is(
    core.newest_bookings(null, array[:a, :b, :c], null, null, 3), array[:b6, :b5, :b4]::bigint[],
    'of several, found among the newest of all'
);
select is(
    core.newest_bookings(null, array[:a, :b, :c], null, :b5, 9),
    array[:b4, :out, :b3, :b2, :b1]::bigint[], 'and where these do not suffice'
);
select is(
    core.newest_bookings(
        enum_range(null::data.booking_status), array[:a, :b, :c], null, null, 3
    ),
    array[:b6, :b5, :b4]::bigint[], 'those of one status many times'
);
select is(
    core.newest_bookings('{FAILED,CONFIRMED}', array[:a], null, :b6, 9),
    array[:b5, :out]::bigint[], 'of a doctor and of some statuses'
);
select is(
    core.newest_bookings('{CONFIRMED,FAILED,CONFIRMED}', null, null, null, 3),
    array[:b6, :b5, :b4]::bigint[], 'each once, whoever asks for a status twice'
);
select is(
    core.newest_bookings('{CONFIRMED,FAILED,CONFIRMED}', array[:a, :b], null, null, 3),
    array[:b6, :b5, :b4]::bigint[], 'also of some doctors'
);
select is(
    core.newest_bookings('{CONFIRMED}', array[:a, :b, :c], null, null, 2),
    array[:b6, :b5]::bigint[], 'of several, found among the newest of one status'
);
select is(
    core.newest_bookings('{CONFIRMED}', array[:a, :b, :c], null, :b6, 2), array[:b5]::bigint[],
    'and where these do not suffice'
);
select is(
    core.newest_bookings('{PENDING}', array[:a, :b, :c], null, null, 2), array[:b2, :b1]::bigint[],
    'holds that have run out are passed over'
);
select is(core.newest_bookings(null, '{}', null, null, 9), '{}', 'of nobody');
select is(
    core.newest_bookings(null, null, 'bOB@example.com', null, 9), array[:b6, :b2]::bigint[],
    'of an address, in whatever case'
);
select is(
    core.newest_bookings('{PENDING}', array[:b], 'bob@example.com', :b6, 9), array[:b2]::bigint[],
    'with all other conditions'
);
select is(core.newest_bookings(null, null, 'bob', null, 9), '{}', 'of the whole address');

select tests.booking(:sa, status => 'FAILED'), tests.booking(:sb) as out_too \gset
select tests.run_out(:out_too);
select is(
    core.newest_bookings('{FAILED}', array[:a, :b, :c], null, null, 1), array[:out_too]::bigint[],
    'and are not missed among those that failed'
);

select * from finish();
rollback;
