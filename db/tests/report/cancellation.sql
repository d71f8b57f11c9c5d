begin;
select plan(2);

select tests.doctor(fee => 0) as doctor \gset
select tests.slot(:doctor, now() + interval '30 days', capacity => 9) as slot \gset
create temp table given (hours, by_whom) as
values (1, 'PATIENT'), (3, 'PATIENT'), (23, 'PATIENT'), (25, 'STAFF'), (200, 'STAFF');
select tests.booking(:slot, patient_name => g.hours::text) from given as g;
update data.booking as b
set status = 'CANCELLED',
    cancelled_at = now() + interval '30 days' - make_interval(hours => g.hours),
    cancelled_by = g.by_whom::data.canceller
from given as g where g.hours::text = b.patient_name;
select tests.count_reports();

set local role slotkeeper_report;
select set_eq(
    'select c.cancelled_by::text, c.notice, c.bookings from report.cancellation as c',
    $$values ('PATIENT', 'UNDER_2_HOURS', 1), ('PATIENT', 'UNDER_24_HOURS', 2),
        ('STAFF', 'UNDER_7_DAYS', 1), ('STAFF', '7_DAYS_OR_MORE', 1)$$,
    'by notice and by whom'
);
select is(
    (select sum(c.bookings) from report.cancellation as c where c.doctor_id = :doctor),
    (select sum(o.cancelled) from report.outcome as o where o.doctor_id = :doctor),
    'which are all that were cancelled'
);
reset role;

select * from finish();
rollback;
