begin;
select plan(8);

select tests.slot(tests.doctor(), capacity => 9) as slot, tests.slot(tests.doctor()) as other \gset
select
    tests.booking(:slot) as due,
    tests.booking(:slot) as due_2,
    tests.booking(:slot) as lasting,
    tests.booking(:slot, status => 'CONFIRMED') as paid,
    tests.booking(:slot, status => 'CANCELLED') as cancelled,
    tests.booking(:other) as elsewhere
\gset
select tests.payment(:due) as payment, tests.payment(:lasting) as lasting_payment \gset
select tests.run_out(b) from unnest(array[:due, :due_2, :paid, :cancelled, :elsewhere]) as b;

create function pg_temp.expire(slot_id bigint) returns integer
language sql
as 'select core.expire_holds(array[slot_id], clock_timestamp())';

select is(core.expire_holds('{}', clock_timestamp()), 0, 'in no slot nothing is due');
select is(pg_temp.expire(:slot), 2, 'it tells how many holds had run out');
select is(pg_temp.expire(:slot), 0, 'a second time none had');
select results_eq(
    format(
        'select b.status::text from data.booking as b
            where b.id = any(array[%s, %s, %s, %s, %s, %s]) order by b.id',
        :due, :due_2, :lasting, :paid, :cancelled, :elsewhere
    ),
    array['FAILED', 'FAILED', 'PENDING', 'CONFIRMED', 'CANCELLED', 'PENDING'],
    'these fail; what lasts, is paid, cancelled or elsewhere stays'
);
select results_eq(
    format(
        'select p.status::text from data.payment as p where p.id in (%s, %s) order by p.id',
        :payment, :lasting_payment
    ),
    array['CANCELLED', 'PENDING'], 'their open payments are closed'
);

-- Hole 1: what failed long ago frees nothing any more.
select tests.slot(tests.doctor()) as single \gset
select tests.booking(:single) as old \gset
select tests.run_out(:old);
select pg_temp.expire(:single);
select tests.booking(:single, status => 'CONFIRMED') as next_one \gset
select is(
    pg_temp.expire(:single), 0,
    'hole 1: an old FAILED booking is not expired again'
);
select is(
    (select b.status::text from data.booking as b where b.id = :next_one), 'CONFIRMED',
    'hole 1: who has booked since keeps the seat'
);
select throws_ok(
    format('select api.book_slot(%s, ''C'', ''c@example.com'')', :single), 'PT409', 'slot_taken',
    'hole 1: nobody else gets it'
);

select * from finish();
rollback;
