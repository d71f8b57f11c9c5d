begin;
select plan(4);

select tests.clinic(time_zone => 'Pacific/Kiritimati', currency => 'EUR') as clinic \gset
select tests.doctor(clinic => :clinic) as doctor \gset
select tests.slot(:doctor, capacity => 9) as slot \gset
select
    tests.booking(:slot, status => 'CONFIRMED') as kept,
    tests.booking(:slot, status => 'CONFIRMED') as cancelled
\gset
select core.release_bookings(array[:cancelled]::bigint[], 'CANCELLED', refund => true);
select (now() at time zone 'Pacific/Kiritimati')::date as today \gset
insert into data.stale_money (local_date) values (:'today'), (date :'today' + 40);
select is(core.count_money(3), 1, 'days that are near each other are counted at once');
select results_eq(
    'select r.doctor_id, r.local_date, r.currency::text, r.captured, r.surplus, r.owed_back,
        r.paid_back from data.report_money as r',
    format($$values (%s::bigint, date %L, 'EUR', 100.00, 0.00, 50.00, 0.00)$$, :doctor, :'today'),
    'what was taken, and is owed back'
);
select is(core.count_money(3), 1, 'then the others');
select is(core.count_money(3), 0, 'and then no more');

select * from finish();
rollback;
