begin;
select plan(2);

select tests.clinic(time_zone => 'Pacific/Kiritimati', currency => 'EUR') as clinic \gset
select tests.doctor(clinic => :clinic) as doctor \gset
select tests.slot(:doctor, capacity => 9) as slot \gset
select
    tests.booking(:slot, status => 'CONFIRMED') as kept,
    tests.booking(:slot, status => 'CONFIRMED') as cancelled
\gset
select tests.payment(:kept, 'SURPLUS') as surplus \gset
insert into data.refund (payment_id, captured_amount, portion)
values (:surplus, 50, numrange(0, 50));
update data.refund as f set status = 'SENT';
update data.refund as f set status = 'DONE';
select core.release_bookings(array[:cancelled]::bigint[], 'CANCELLED', refund => true);
select tests.count_reports();

set local role slotkeeper_report;
select results_eq(
    'select r.doctor_id, r.clinic_id, r.local_date, r.currency::text, r.captured, r.refunded,
        r.paid_back, r.revenue
    from report.revenue as r',
    format(
        $$values (%s::bigint, %s::bigint, (now() at time zone 'Pacific/Kiritimati')::date, 'EUR',
            150.00, 100.00, 50.00, 50.00)$$, :doctor, :clinic
    ),
    'what was taken, is owed back and was paid back'
);
select is(
    (select sum(r.revenue) from report.revenue as r),
    (select -sum(b.balance) from report.balance as b where b.account = 'EARNED'),
    'which is what the ledger says'
);
reset role;

select * from finish();
rollback;
