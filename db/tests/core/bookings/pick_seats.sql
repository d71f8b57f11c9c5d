begin;
select plan(16);

select
    tests.slot(tests.doctor(), capacity => 6) as slot,
    tests.slot(tests.doctor(), capacity => 6) as other
\gset
create function pg_temp.pick(slot_id bigint, seats integer) returns int4multirange
language sql
as 'select core.pick_seats(slot_id, 6, seats, clock_timestamp())';
\set pick 'select pg_temp.pick(' :slot ', %s)'

select is(pg_temp.pick(:slot, 1), '{[1,2)}', 'an empty slot begins with seat 1');
select is(pg_temp.pick(:slot, 6), '{[1,7)}', 'and can be taken whole');
select throws_ok(
    format(:'pick', 7), 'PT409', 'not_enough_seats', 'but not beyond its capacity'
);
select tests.booking(:other, seats => 6, status => 'CONFIRMED');
select is(pg_temp.pick(:slot, 6), '{[1,7)}', 'what is sold of another slot does not matter');

select tests.booking(:slot, status => 'CONFIRMED') as b1 \gset
select tests.booking(:slot) as b2 \gset
select tests.booking(:slot, seats => 2, status => 'CHECKED_IN') as b3 \gset
select is(
    pg_temp.pick(:slot, 2), '{[5,7)}', 'confirmed, held and checked in seats are taken'
);
select api.cancel_booking(:b2);
select is(pg_temp.pick(:slot, 1), '{[2,3)}', 'the lowest free seat comes first');
select is(pg_temp.pick(:slot, 2), '{[2,3),[5,6)}', 'seats need not be side by side');
select is(pg_temp.pick(:slot, 3), '{[2,3),[5,7)}', 'the last three can be had');
select is(
    tests.refusal_of(format(:'pick', 4)),
    'PT409 not_enough_seats You asked for 4 seats; 3 can be had.',
    'and not four of them'
);
select tests.booking(:slot, seats => 3) as b4 \gset
select is(
    tests.refusal_of(format(:'pick', 1)), 'PT409 slot_taken This slot has no free seat.',
    'where none is free the slot is taken'
);
select is(
    tests.refusal_of(format(:'pick', 2)), 'PT409 slot_taken This slot has no free seat.',
    'however many are asked for'
);
select tests.run_out(:b4);
select is(pg_temp.pick(:slot, 3), '{[2,3),[5,7)}', 'a hold that has run out gives way');
select is(
    (select b.status::text from data.booking as b where b.id = :b4), 'FAILED',
    'and is marked FAILED'
);
update data.booking as b set status = 'COMPLETED', completed_at = clock_timestamp()
where b.id = :b3;
select is(pg_temp.pick(:slot, 3), '{[2,5)}', 'what is over holds no seats');

-- The instant that a booking writes down is the one that decides, so that none is made before the
-- hold ended that made room for it.
select tests.slot(tests.doctor()) as single \gset
select tests.booking(:single, hold => '1 hour') as b5 \gset
select b.expires_at as until from data.booking as b where b.id = :b5 \gset
\set pick_at 'select core.pick_seats(' :single ', 1, 1, %L::timestamptz - interval %L)'
select throws_ok(
    format(:'pick_at', :'until', '1 microsecond'), 'PT409', 'slot_taken',
    'right before its end a hold stands'
);
select lives_ok(format(:'pick_at', :'until', '0'), 'at its end it gives way');

select * from finish();
rollback;
