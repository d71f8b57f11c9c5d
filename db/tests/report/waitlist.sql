begin;
select plan(1);

select tests.doctor(fee => 0) as doctor \gset
select
    tests.slot(:doctor, '2100-06-01 10:00Z') as slot,
    tests.slot(:doctor, '2100-06-01 12:00Z') as full
\gset
select
    tests.waitlist_entry(:slot), tests.waitlist_entry(:full), tests.waitlist_entry(:slot) as taken,
    tests.waitlist_entry(:full) as left_alone
\gset
select tests.booking(:slot, status => 'CONFIRMED', manage_token => 'a') as booking,
    tests.booking(:full) as offer
\gset
update data.waitlist_entry as w set booking_id = case w.id when :taken then :booking else :offer end
where w.id in (:taken, :left_alone);
select tests.count_reports();

set local role slotkeeper_report;
select results_eq(
    'select w.doctor_id, w.local_date, w.waited, w.offered, w.accepted, w.conversion
    from report.waitlist as w',
    format($$values (%s::bigint, date '2100-06-01', 4, 2, 1, 0.2500)$$, :doctor),
    'who waited, was offered seats, and took them'
);
reset role;

select * from finish();
rollback;
