begin;
select plan(6);

select tests.slot(tests.doctor(fee => 30), capacity => 9) as slot \gset
select
    tests.booking(:slot, status => 'CONFIRMED') as kept_money,
    tests.booking(:slot, seats => 2, status => 'CONFIRMED') as b1,
    tests.booking(:slot, status => 'CONFIRMED') as b2,
    tests.booking(:slot) as unpaid,
    tests.booking(:slot, status => 'CONFIRMED') as untouched
\gset
select tests.payment(:b2, 'FAILED'), tests.payment(:unpaid, 'FAILED');

select lives_ok(
    format('select core.cancel_bookings(array[%s]::bigint[], refund => false)', :kept_money),
    'a booking may be cancelled without a refund'
);
select is((select count(*) from data.refund), 0::bigint, 'then nothing is owed');
select lives_ok(
    format('select core.cancel_bookings(array[%s, %s, %s]::bigint[], refund => true)', :b1, :b2,
        :unpaid),
    'several may be cancelled with one'
);
select results_eq(
    $$select p.booking_id, f.amount, f.status::text
    from data.refund as f join data.payment as p on p.id = f.payment_id order by p.booking_id$$,
    format($$values (%s::bigint, 60.00, 'DUE'), (%s, 30.00, 'DUE')$$, :b1, :b2),
    'then all that succeeded is owed, and nothing that failed'
);
select results_eq(
    format('select b.status::text from data.booking as b where b.slot_id = %s
        order by b.id', :slot),
    array['CANCELLED', 'CANCELLED', 'CANCELLED', 'CANCELLED', 'CONFIRMED'],
    'all are cancelled, and no other'
);
select lives_ok('select core.cancel_bookings(''{}'', refund => true)', 'none is no error');

select * from finish();
rollback;
