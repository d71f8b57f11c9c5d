begin;
select plan(24);

select tests.slot(tests.doctor(), capacity => 60) as slot \gset
create function pg_temp.capture(
    payment_id bigint, captured numeric default 50, money text default 'USD',
    reference text default null
) returns data.payment
language sql
as $$
select core.capture_payment(p, b, captured, money, reference, clock_timestamp())
from data.payment as p join data.booking as b on b.id = p.booking_id
where p.id = payment_id
$$;
-- What there is of a booking: its status, and each payment with what is owed of it.
create function pg_temp.state(booking bigint) returns text
language sql
as $$
select concat_ws(', ', b.status || ' ' || b.payment_status, (
    select string_agg(
        format('%s %s %s %s%s', p.status, p.captured_amount, p.captured_currency,
            p.refund_due_amount, ' ' || p.provider_reference), ', ' order by p.id
    )
    from api.payment as p where p.booking_id = b.id
))
from api.booking as b where b.id = booking
$$;

-- What is to be paid.
select tests.booking(:slot) as booking \gset
select tests.payment(:booking, 'FAILED', 'acme') as declined, tests.payment(:booking) as other \gset
select (pg_temp.capture(:declined, reference => 'r1')).id as captured \gset
select is(:captured, :declined, 'the payment that was declined may succeed late');
select is(
    pg_temp.state(:booking),
    'CONFIRMED SUCCEEDED, SUCCEEDED 50.00 USD 0.00 r1, CANCELLED 0.00  0.00',
    'it confirms the booking, and closes the attempt that was begun since'
);
select is(
    (select p.settled_at > p.created_at from data.payment as p where p.id = :declined), true,
    'it counts from now on'
);

-- The same, said again, and another capture.
select (pg_temp.capture(:declined, reference => 'r1')).id as again \gset
select is(:again, :declined, 'one reference is one capture');
select (pg_temp.capture(:declined)).id as again \gset
select is(:again, :declined, 'so is the same amount without one');
select is(
    pg_temp.state(:booking),
    'CONFIRMED SUCCEEDED, SUCCEEDED 50.00 USD 0.00 r1, CANCELLED 0.00  0.00',
    'nothing has changed'
);
select (pg_temp.capture(:declined, reference => 'r2')).id as further \gset
select is(
    pg_temp.state(:booking),
    'CONFIRMED SUCCEEDED, SUCCEEDED 50.00 USD 0.00 r1, CANCELLED 0.00  0.00,'
    ' SURPLUS 50.00 USD 50.00 r2',
    'another reference is money beyond it, owed back'
);
select isnt(:further, :declined, 'with a payment of its own');
select (pg_temp.capture(:declined, reference => 'r2')).id as again \gset
select is(:again, :further, 'reported again it is that one');
select (pg_temp.capture(:declined, 49)).status as status \gset
select is(:'status'::text, 'SURPLUS', 'another amount is another capture, too');
select tests.booking(:slot) as other_booking \gset
select tests.payment(:other_booking, provider => 'acme') as others \gset
select throws_ok(
    format('select pg_temp.capture(%s, reference => ''r1'')', :others), 'PT409', 'reference_reused',
    'a reference is not that of two bookings'
);
select tests.payment(tests.booking(:slot), provider => 'shop') as shops \gset
select is(
    (pg_temp.capture(:shops, reference => 'r1')).status::text, 'SUCCEEDED',
    'but two providers may use the same'
);
select (pg_temp.capture(:others)).id as others_capture \gset
select is(
    (pg_temp.capture(:others, reference => 'r3')).id, :others::bigint,
    'a capture may get its reference later'
);
select is(
    (select p.provider_reference::text from data.payment as p where p.id = :others), 'r3',
    'which is kept'
);

-- What pays nothing.
create function pg_temp.after(booking bigint, captured numeric, money text) returns text
language plpgsql
as $$
declare
    v_payment bigint := tests.payment(booking, 'CANCELLED', 'acme');
begin
    perform pg_temp.capture(v_payment, captured, money);
    return pg_temp.state(booking);
end;
$$;
select is(pg_temp.after(b.id, b.amount, b.currency), b.state, b.sentence)
from (
    values
    (tests.booking(:slot), 49.99, 'USD', 'PENDING DUE, SURPLUS 49.99 USD 49.99',
        'too little pays nothing: it is still to be paid'),
    (tests.booking(:slot), 50.01, 'USD', 'PENDING DUE, SURPLUS 50.01 USD 50.01', 'nor too much'),
    (tests.booking(:slot), 50, 'EUR', 'PENDING DUE, SURPLUS 50.00 EUR 50.00',
        'nor what is of another currency'),
    (tests.booking(:slot, status => 'CANCELLED'), 50, 'USD',
        'CANCELLED REFUND_DUE, SURPLUS 50.00 USD 50.00', 'nor for what was cancelled'),
    (tests.booking(:slot, status => 'FAILED'), 50, 'USD',
        'FAILED REFUND_DUE, SURPLUS 50.00 USD 50.00', 'nor for what has failed'),
    (tests.unpaid(:slot, 'CONFIRMED'), 49, 'USD', 'CONFIRMED DUE, SURPLUS 49.00 USD 49.00',
        'nor at the visit, in another amount'),
    (tests.unpaid(:slot, 'COMPLETED'), 50, 'USD', 'COMPLETED SUCCEEDED, SUCCEEDED 50.00 USD 0.00',
        'but after the visit what is due is paid')
) as b (id, amount, currency, state, sentence);
select tests.booking(:slot) as run_out \gset
select tests.payment(:run_out, provider => 'acme') as late \gset
select tests.run_out(:run_out);
select pg_temp.capture(:late);
select is(
    pg_temp.state(:run_out), 'FAILED REFUND_DUE, SURPLUS 50.00 USD 50.00',
    'hole 4: nothing is paid after the hold ran out, before it was tidied up'
);
select is(
    (select b.status::text from data.booking as b where b.id = :run_out), 'PENDING',
    'the booking is not touched'
);
-- A capture of the right amount, behind one of a wrong amount.
select tests.booking(:slot) as second_try \gset
select tests.payment(:second_try, provider => 'acme') as first \gset
select pg_temp.capture(:first, 49, reference => 'r4');
select pg_temp.capture(:first, reference => 'r5');
select is(
    pg_temp.state(:second_try),
    'CONFIRMED SUCCEEDED, SURPLUS 49.00 USD 49.00 r4, SUCCEEDED 50.00 USD 0.00 r5',
    'what pays the booking pays it, whatever came before'
);

select * from finish();
rollback;
