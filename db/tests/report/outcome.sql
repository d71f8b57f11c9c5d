begin;
select plan(2);

select tests.account() as ann, tests.doctor(fee => 0) as doctor \gset
select tests.slot(:doctor, now() - interval '2 hours', capacity => 9) as slot \gset
select
    tests.booking(:slot, :ann, status => 'COMPLETED'), tests.booking(:slot, status => 'COMPLETED'),
    tests.booking(:slot, status => 'COMPLETED'), tests.booking(:slot, status => 'NO_SHOW'),
    tests.booking(:slot, status => 'CANCELLED'), tests.booking(:slot, status => 'FAILED'),
    tests.booking(:slot, status => 'CONFIRMED'), tests.booking(:slot, status => 'CHECKED_IN');
select tests.booking(:slot) as run_out \gset
select tests.run_out(:run_out);
set local session_replication_role = replica;
update data.booking as b set created_at = now() - interval '26 hours' where b.slot_id = :slot;
set local session_replication_role = origin;
select tests.count_reports();

set local role slotkeeper_report;
select results_eq(
    'select o.bookings, o.pending, o.confirmed, o.failed, o.cancelled, o.checked_in, o.completed,
        o.no_show, o.no_show_rate, o.guests
    from report.outcome as o',
    'values (9, 0, 1, 2, 1, 1, 3, 1, 0.2500, 8)', 'what became of the bookings'
);
select results_eq(
    'select o.lead_hours, o.average_lead_hours from report.outcome as o',
    'values (168.00, 24.00)', 'and how long before they were made'
);
reset role;

select * from finish();
rollback;
