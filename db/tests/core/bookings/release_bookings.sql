begin;
select plan(7);

select tests.slot(tests.doctor(), capacity => 9) as slot \gset
select
    tests.booking(:slot) as declined,
    tests.booking(:slot) as given_up,
    tests.booking(:slot, status => 'CONFIRMED') as paid,
    tests.booking(:slot) as kept
\gset
select
    tests.payment(:declined) as p1,
    tests.payment(:given_up) as p2,
    tests.payment(:kept) as p3
\gset

select is(core.release_bookings(array[:declined]::bigint[], 'FAILED'), 1, 'one booking fails');
select is(
    core.release_bookings(array[:given_up, :paid]::bigint[], 'CANCELLED'), 2, 'two are cancelled'
);
select is(core.release_bookings('{}', 'CANCELLED'), 0, 'none is none');
select results_eq(
    format($$select b.status::text, b.cancelled_at is not null from data.booking as b
        where b.slot_id = %s order by b.id$$, :slot),
    $$values ('FAILED', false), ('CANCELLED', true), ('CANCELLED', true), ('PENDING', false)$$,
    'each has its status, and those that were cancelled tell when'
);
select results_eq(
    format($$select p.status::text
        from data.payment as p join data.booking as b on b.id = p.booking_id
        where b.slot_id = %s order by p.booking_id$$, :slot),
    array['CANCELLED', 'CANCELLED', 'SUCCEEDED', 'PENDING'],
    'open payments are closed, what was paid stays paid, others stay open'
);
select is(
    (select s.seats_available from api.slot as s where s.id = :slot), 8,
    'their seats are free with it'
);
select is(
    tests.constraint_against(format('select core.release_bookings(array[%s], ''CANCELLED'')',
        :declined)),
    'booking_status_machine', 'what is over is not released again'
);

select * from finish();
rollback;
