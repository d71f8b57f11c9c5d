begin;
select plan(14);

select
    tests.doctor() as a,
    tests.doctor(clinic => tests.clinic(time_zone => 'Pacific/Auckland')) as b
\gset
select
    tests.slot(:a, '2030-01-02 09:00Z', capacity => 9) as later,
    tests.slot(:a, '2030-01-01 20:00Z', capacity => 9) as sa,
    tests.slot(:b, '2030-01-01 20:00Z', capacity => 9) as sb
\gset
select
    tests.booking(:later) as b1,
    tests.booking(:sb, patient_email => 'Bob@example.com') as b2,
    tests.booking(:sa, status => 'CANCELLED') as b3,
    tests.booking(:sb) as out,
    tests.booking(:sa, patient_email => 'bob@example.com') as b4
\gset
select tests.run_out(:out);
create function pg_temp.list(
    statuses data.booking_status[] default null,
    doctor_ids bigint[] default null,
    patient_email text default null,
    date date default null,
    earliest timestamptz default '-infinity',
    until timestamptz default 'infinity',
    after bigint default null,
    rows integer default 9
) returns bigint[]
language sql
as $$
select core.bookings_by_start(
    statuses, doctor_ids, patient_email, date, earliest, until, after, rows
)
$$;

select is(
    pg_temp.list(), array[:b3, :b4, :b2, :out, :b1]::bigint[], 'by start, by slot, then by id'
);
select is(pg_temp.list(rows => 3), array[:b3, :b4, :b2]::bigint[], 'a first page');
select is(
    pg_temp.list(rows => 3, after => :b2), array[:out, :b1]::bigint[],
    'a second one, beginning in the middle of a slot'
);
select is(
    pg_temp.list(after => -:sa), array[:b2, :out, :b1]::bigint[], 'behind a slot, too'
);
select is(
    pg_temp.list('{PENDING}'), array[:b4, :b2, :b1]::bigint[], 'a hold that has run out is none'
);
select is(pg_temp.list('{FAILED,CANCELLED}'), array[:b3, :out]::bigint[], 'it has failed');
select is(pg_temp.list(doctor_ids => array[:b]), array[:b2, :out]::bigint[], 'of a doctor');
select is(pg_temp.list(doctor_ids => '{}'), '{}', 'of nobody');
select is(
    pg_temp.list(earliest => '2030-01-01 20:00Z', until => '2030-01-02 09:00Z'),
    array[:b3, :b4, :b2, :out]::bigint[], 'from some time on and before another'
);
select is(
    pg_temp.list(date => '2030-01-02'), array[:b2, :out, :b1]::bigint[],
    'of a day, which is that of each clinic'
);
select is(
    pg_temp.list(patient_email => 'BOB@example.com'), array[:b4, :b2]::bigint[], 'of an address'
);
select is(
    pg_temp.list(patient_email => 'bob@example.com', after => :b4), array[:b2]::bigint[],
    'its second page'
);
select is(
    pg_temp.list(
        '{PENDING}', array[:b], 'bob@example.com', '2030-01-02', '2030-01-01', '2030-01-03'
    ),
    array[:b2]::bigint[], 'with all other conditions'
);
select is(
    pg_temp.list(earliest => '2030-01-02 09:00Z', after => :b3), array[:b1]::bigint[],
    'a page behind what is before all that is asked for is the first one'
);

select * from finish();
rollback;
