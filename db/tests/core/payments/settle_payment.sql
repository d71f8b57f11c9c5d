begin;
select plan(5);

select tests.slot(tests.doctor(), capacity => 9) as slot \gset
select
    tests.booking(:slot, seats => 2) as booking,
    tests.booking(:slot) as declined,
    tests.booking(:slot) as other
\gset
select tests.payment(:booking) as open_payment, tests.payment(:other) as others_payment \gset
\set settle 'select core.settle_payment(b, %L) from data.booking as b where b.id = %s'

select results_eq(
    format(:'settle', 'SUCCEEDED', :booking), array[:open_payment]::bigint[],
    'the open payment is settled'
);
select results_eq(
    format($$select p.status::text, p.settled_at between p.created_at and clock_timestamp(),
        p.captured_amount
        from data.payment as p where p.booking_id = %s$$, :booking),
    $$values ('SUCCEEDED', true, 100.00)$$, 'its money is captured now'
);
select is(
    (select p.status::text from data.payment as p where p.id = :others_payment), 'PENDING',
    'that of another booking stays open'
);
select core.settle_payment(b, 'FAILED') as made from data.booking as b where b.id = :declined \gset
select results_eq(
    format($$select p.booking_id, p.status::text, p.amount::numeric, p.currency::text,
        p.captured_amount
        from data.payment as p where p.id = %s$$, :made),
    format($$values (%s::bigint, 'FAILED', 50.00, 'USD', 0.00)$$, :declined),
    'where none is open one is recorded as it was settled'
);
select is(
    tests.constraint_against(format(:'settle', 'SUCCEEDED', :booking)), 'payment_one_succeeded',
    'no booking is paid twice'
);

select * from finish();
rollback;
