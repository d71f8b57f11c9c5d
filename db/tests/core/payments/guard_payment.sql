-- All of this as a superuser, who gets past grants but not past this.
begin;
select plan(29);

select tests.slot(tests.doctor(), capacity => 100) as slot \gset
select tests.booking(:slot) as booking, tests.booking(:slot) as other \gset

-- Each pair of statuses, tried with everything else in order.
create temp table attempt as
select
    f.status as old, t.status as new,
    tests.payment(tests.booking(:slot), f.status::text) as payment_id
from unnest(enum_range(null::data.payment_status)) as f (status)
cross join unnest(enum_range(null::data.payment_status)) as t (status);
alter table attempt add refused_by text;
update attempt as a
set refused_by = tests.constraint_against(format(
    'update data.payment as p set status = %L, settled_at = %s, captured_amount = %s,
    captured_currency = %s where p.id = %s', a.new,
    case when a.new = 'PENDING' then 'null' else 'coalesce(p.settled_at, clock_timestamp())' end,
    case when a.new in ('SUCCEEDED', 'SURPLUS') then 'p.amount' else '0' end,
    case when a.new in ('SUCCEEDED', 'SURPLUS') then 'p.currency' else 'null' end, a.payment_id
));
select is((select count(*) from attempt), 25::bigint, 'every pair of the five statuses is tried');
select set_eq(
    $$select a.old || ' to ' || a.new from attempt as a
        where a.refused_by is null and a.old <> a.new$$,
    array['PENDING to SUCCEEDED', 'PENDING to FAILED', 'PENDING to CANCELLED',
        'PENDING to SURPLUS', 'FAILED to SUCCEEDED', 'FAILED to SURPLUS',
        'CANCELLED to SUCCEEDED', 'CANCELLED to SURPLUS'],
    'a payment is settled in one of four ways, and what was not taken may be taken late'
);
select is_empty(
    $$select a.old, a.new, a.refused_by from attempt as a
      where a.refused_by <> 'payment_status_machine' or a.old = a.new
          and a.refused_by is not null$$,
    'the status machine refuses all others, and staying is no step'
);

-- What is frozen.
\set payment 'insert into data.payment (booking_id, provider, amount, currency) '
\set pay :payment 'values (' :booking ', ''p'', %s, %L)'
select is(
    tests.constraint_against(format(:'pay', '49.99', 'USD')), 'payment_of_frozen_amount',
    'hole 5: a payment is not of less than was frozen'
);
select is(
    tests.constraint_against(format(:'pay', '50.01', 'USD')), 'payment_of_frozen_amount',
    'nor of more'
);
select is(
    tests.constraint_against(format(:'pay', '50', 'EUR')), 'payment_of_frozen_amount',
    'nor in another currency'
);
select is(tests.constraint_against(format(:'pay', '50', 'USD')), null, 'but of that');
select tests.payment(:booking) as payment \gset
\set change 'update data.payment set %s where id = ' :payment
select
    is(
        tests.constraint_against(format(:'change', c.change)), 'payment_frozen',
        format('nobody sets %s', c.change)
    )
from (
    values
    ('booking_id = ' || :other), ('amount = 49.99'), ('currency = ''EUR'''),
    ('provider = ''another'''),
    ('provider = ''desk'', method = ''CASH'', taken_by_role = ''admin'''),
    ('created_at = created_at - interval ''1 second''')
) as c (change);
select throws_ok(
    format(:'change', 'id = 1000000'), '428C9', null, 'nobody gives a payment another id'
);
select is(
    tests.constraint_against(format(:'change', 'provider_reference = ''abc''')), null,
    'what the provider calls it may come later'
);

-- What was captured goes from nothing to something, once.
select tests.booking(:slot, status => 'CONFIRMED') as confirmed \gset
select p.id as paid from data.payment as p where p.booking_id = :confirmed \gset
select tests.payment(:confirmed, 'SURPLUS') as surplus \gset
\set change 'update data.payment set %s where id = %s'
select
    is(
        tests.constraint_against(format(:'change', c.change, c.payment_id)), c.refused_by,
        format('what is %s does not get %s', c.what, c.change)
    )
from (
    values
    (:paid, 'paid', 'captured_amount = 49.99', 'payment_frozen'),
    (:surplus, 'a surplus', 'captured_amount = 49.99', 'payment_frozen'),
    (:surplus, 'a surplus', 'captured_currency = ''EUR''', 'payment_frozen'),
    (:surplus, 'a surplus', 'settled_at = settled_at - interval ''1 day''', 'payment_frozen'),
    (:payment, 'open', 'captured_amount = 50, captured_currency = ''USD''',
        'payment_captured_fits_status')
) as c (payment_id, what, change, refused_by);

-- An unpaid booking may have given back seats since its payment was begun.
select tests.payment(:other, 'CANCELLED') as earlier \gset
set local session_replication_role = replica;
update data.booking as b set amount = 25 where b.id = :other;
set local session_replication_role = origin;
\set capture 'status = %s, settled_at = clock_timestamp(), captured_amount = 50, '
\set capture :capture 'captured_currency = ''USD'''
select is(
    tests.constraint_against(format(:'change', format(:'capture', '''SUCCEEDED'''), :earlier)),
    'payment_of_frozen_amount', 'nothing succeeds that is not of the amount of the booking'
);
select is(
    tests.constraint_against(format(:'change', format(:'capture', '''SURPLUS'''), :earlier)), null,
    'but it may be a surplus'
);
select is(
    tests.constraint_against(
        'insert into data.payment (booking_id, provider, amount, currency, method)
        values (' || :booking || ', ''p'', 50, ''USD'', ''CASH'')'
    ),
    'payment_method_of_desk', 'only the desk has a method'
);

-- Nothing pays what is no more.
select tests.booking(:slot, status => 'FAILED') as failed \gset
select tests.booking(:slot, status => 'CANCELLED') as cancelled \gset
select
    is(
        tests.constraint_against(format(
            'insert into data.payment (
                booking_id, provider, amount, currency, status, settled_at, captured_amount,
                captured_currency
            )
            values (%s, ''p'', 50, ''USD'', %L, %s)', c.booking, c.status, c.rest
        )), c.refused_by, format('%s of %s', c.status, c.what)
    )
from (
    values
    (:failed, 'what failed', 'PENDING', 'null, 0, null', 'payment_of_booking_in_force'),
    (:failed, 'what failed', 'SUCCEEDED', 'clock_timestamp(), 50, ''USD''',
        'payment_of_booking_in_force'),
    (:cancelled, 'what was cancelled', 'SUCCEEDED', 'clock_timestamp(), 50, ''USD''',
        'payment_of_booking_in_force'),
    (:cancelled, 'what was cancelled', 'SURPLUS', 'clock_timestamp(), 50, ''USD''', null),
    (:cancelled, 'what was cancelled', 'SURPLUS', 'clock_timestamp(), ''NaN'', ''USD''',
        'payment_captured_range')
) as c (booking, what, status, rest, refused_by);
select tests.payment(:cancelled, 'CANCELLED') as closed \gset
select is(
    tests.constraint_against(format(:'change', format(:'capture', '''SUCCEEDED'''), :closed)),
    'payment_of_booking_in_force', 'nor does what succeeds late'
);

select * from finish();
rollback;
