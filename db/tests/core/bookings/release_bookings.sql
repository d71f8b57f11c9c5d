begin;
select plan(12);

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

select tests.slot(tests.doctor(fee => 30), capacity => 9) as priced \gset
select
    tests.booking(:priced, status => 'CONFIRMED') as kept_money,
    tests.booking(:priced, seats => 2, status => 'CONFIRMED') as b1,
    tests.booking(:priced, status => 'CONFIRMED') as b2,
    tests.booking(:priced) as unpaid,
    tests.booking(:priced, status => 'CONFIRMED') as untouched
\gset
select tests.payment(:b2, 'FAILED'), tests.payment(:unpaid, 'FAILED');
select core.release_bookings(array[:kept_money]::bigint[], 'CANCELLED');
select is((select count(*) from data.refund), 0::bigint, 'nothing is owed unless it is said');
select is(
    core.release_bookings(
        array[:b1, :b2, :unpaid]::bigint[], 'CANCELLED', 'STAFF', 'Ill', refund => true
    ),
    3, 'several are cancelled with a refund'
);
select results_eq(
    $$select p.booking_id, f.amount, f.status::text
    from data.refund as f join data.payment as p on p.id = f.payment_id order by p.booking_id$$,
    format($$values (%s::bigint, 60.00, 'DUE'), (%s, 30.00, 'DUE')$$, :b1, :b2),
    'then all that succeeded is owed, and nothing that failed'
);
select results_eq(
    format($$select b.status::text, b.cancelled_by::text, b.cancellation_reason::text
        from data.booking as b where b.slot_id = %s order by b.id$$, :priced),
    $$values
        ('CANCELLED', null, null), ('CANCELLED', 'STAFF', 'Ill'), ('CANCELLED', 'STAFF', 'Ill'),
        ('CANCELLED', 'STAFF', 'Ill'), ('CONFIRMED', null, null)$$,
    'by whom and why is noted, of no other'
);
select is(core.release_bookings('{}', 'CANCELLED', refund => true), 0, 'of none nothing is owed');

select * from finish();
rollback;
