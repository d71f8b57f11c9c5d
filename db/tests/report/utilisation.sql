begin;
select plan(2);

select tests.doctor() as doctor \gset
select
    tests.slot(:doctor, '2100-06-01 10:00Z', 60) as slot,
    tests.slot(:doctor, '2100-06-01 11:00Z', 30) as gone
\gset
select tests.booking(:slot, status => 'CONFIRMED');
update data.slot as s set deleted_at = clock_timestamp() where s.id = :gone;
select tests.count_reports();

set local role slotkeeper_report;
select results_eq(
    $$select u.doctor_id, u.local_date, u.slots, u.deleted_slots, u.minutes_offered,
        u.minutes_booked, u.utilisation, u.seats_offered, u.seats_taken
    from report.utilisation as u where u.local_date between '2100-06-01' and '2100-06-30'$$,
    format($$values (%s::bigint, date '2100-06-01', 2, 1, 90, 60, 0.6667, 1, 1)$$, :doctor),
    'a deleted slot still counts for its time'
);
select throws_ok('select * from data.report_day', '42501', null, 'the tables stay closed');
reset role;

select * from finish();
rollback;
