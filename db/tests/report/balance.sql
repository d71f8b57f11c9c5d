begin;
select plan(2);

select tests.slot(tests.doctor(), capacity => 9) as slot \gset
select count(tests.booking(:slot, status => 'CONFIRMED')) from generate_series(1, 2);
select tests.booking(:slot, status => 'CONFIRMED') as booking \gset
select tests.booking(:slot, status => 'CONFIRMED') as shared \gset
select core.release_bookings(array[:booking]::bigint[], 'CANCELLED', refund => true);
update data.refund as f set status = 'SENT';
update data.refund as f set status = 'DONE';
select core.owe_refund(array[:shared]::bigint[], 'A part', 12.34);
select tests.count_reports();

set local role slotkeeper_report;
select results_eq(
    'select b.currency::text, b.account, b.balance from report.balance as b order by b.account',
    $$values ('USD', 'CAPTURED', 200.00), ('USD', 'EARNED', -137.66),
    ('USD', 'OWED_BACK', -12.34), ('USD', 'PAID_BACK', -50.00)$$,
    'captured less paid back is earned and owed back'
);
select is((select sum(b.balance) from report.balance as b), 0.00, 'all accounts sum to zero');
reset role;

select * from finish();
rollback;
