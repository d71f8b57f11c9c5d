begin;
select plan(3);

select
    tests.account() as ann, tests.doctor(fee => 0) as doctor, tests.doctor(fee => 0) as other
\gset
select
    tests.slot(:doctor, '2020-06-01 10:00Z', capacity => 9) as early,
    tests.slot(:other, '2020-06-02 10:00Z', capacity => 9) as late
\gset
select
    tests.booking(:early, :ann, status => 'COMPLETED'),
    tests.booking(:late, :ann, status => 'COMPLETED'),
    tests.booking(:late, status => 'COMPLETED', patient_email => 'bob@example.com'),
    tests.booking(:early, status => 'NO_SHOW', patient_email => 'bob@example.com');
select tests.count_reports();

set local role slotkeeper_report;
select results_eq(
    'select r.local_date, r.visits, r.first_visits, r.later_visits, r.return_rate
    from report.returning_patient as r order by 1',
    $$values (date '2020-06-01', 1, 1, 0, 0.0000), ('2020-06-02', 2, 1, 1, 0.5000)$$,
    'who was seen in the clinic before returns, whoever the doctor was'
);
select results_eq(
    $$select count(*) from report.booking as b where b.status = 'COMPLETED'
    group by b.patient order by 1$$,
    array[1, 2]::bigint[], 'a patient has one name in all bookings'
);
select ok(
    (select bool_and(b.patient ~ '^[0-9a-f]{64}$') from report.booking as b)
    and not exists (
        select from report.booking as b
        where b.patient in (
            select encode(sha256(convert_to(a.address, 'UTF8')), 'hex')
            from (values ('bob@example.com'), (:'ann')) as a (address)
        )
    ), 'which cannot be computed from what one knows'
);
reset role;

select * from finish();
rollback;
