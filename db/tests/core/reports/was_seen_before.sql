begin;
select plan(5);

select tests.account() as ann, tests.clinic() as other_clinic \gset
select tests.doctor(fee => 0) as doctor, tests.doctor(fee => 0, clinic => :other_clinic) as other
\gset
select d.clinic_id as clinic from data.doctor as d where d.id = :doctor \gset
select
    tests.slot(:doctor, now() - interval '2 days', capacity => 9) as early,
    tests.slot(:other, now() - interval '2 days', capacity => 9) as elsewhere
\gset
select
    tests.booking(:early, :ann, status => 'COMPLETED') as first,
    tests.booking(:early, status => 'COMPLETED', patient_email => 'Bob@example.com'),
    tests.booking(:early, status => 'NO_SHOW', patient_email => 'cy@example.com')
\gset
select ok(
    core.was_seen_before(:ann, 'x@example.com', :clinic, now(), 0), 'who has an account comes again'
);
select ok(
    core.was_seen_before(null, 'bob@example.com', :clinic, now(), 0), 'and so does a guest'
);
select ok(
    not core.was_seen_before(null, 'cy@example.com', :clinic, now(), 0), 'but not who never came'
);
select ok(
    not core.was_seen_before(:ann, 'x@example.com', :other_clinic, now(), 0), 'nor elsewhere'
);
select ok(
    not core.was_seen_before(
        :ann, 'x@example.com', :clinic,
        (select s.start_time from data.slot as s where s.id = :early),
        :first
    ), 'nor at the visit itself'
);

select * from finish();
rollback;
