begin;
select plan(3);

select
    tests.slot(tests.doctor(), capacity => 9) as slot,
    tests.slot(tests.doctor(), capacity => 9) as slot_2,
    tests.slot(tests.doctor()) as other
\gset
select
    tests.booking(:slot_2) as held,
    tests.booking(:slot, status => 'CONFIRMED') as paid,
    tests.booking(:slot) as run_out,
    tests.booking(:slot, status => 'CANCELLED') as b1,
    tests.booking(:slot, status => 'FAILED') as b2,
    tests.booking(:slot, status => 'CHECKED_IN') as b3,
    tests.booking(:slot, status => 'COMPLETED') as b4,
    tests.booking(:slot, status => 'NO_SHOW') as b5,
    tests.booking(:other) as elsewhere
\gset
select tests.run_out(:run_out);

select is(
    core.lock_live_bookings(array[:slot, :slot_2]::bigint[]), array[:held, :paid]::bigint[],
    'live are what is held and what is confirmed, in id order'
);
select is(
    (select b.status::text from data.booking as b where b.id = :run_out), 'FAILED',
    'a hold that has run out is not live but FAILED'
);
select is(core.lock_live_bookings('{}'), '{}', 'no slot has no bookings');

select * from finish();
rollback;
