-- All of this as a superuser, who gets past grants but not past this.
begin;
select plan(14);

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
    'update data.payment set status = %L, settled_at = %L where id = %s', a.new,
    case when a.new <> 'PENDING' then clock_timestamp() end, a.payment_id
));
select is((select count(*) from attempt), 25::bigint, 'every pair of the five statuses is tried');
select set_eq(
    $$select a.old || ' to ' || a.new from attempt as a
        where a.refused_by is null and a.old <> a.new$$,
    array['PENDING to SUCCEEDED', 'PENDING to FAILED', 'PENDING to CANCELLED',
        'PENDING to SURPLUS'],
    'a payment is settled once, in one of four ways'
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
    ('created_at = created_at - interval ''1 second''')
) as c (change);
select throws_ok(
    format(:'change', 'id = 1000000'), '428C9', null, 'nobody gives a payment another id'
);
select is(
    tests.constraint_against(format(:'change', 'provider_reference = ''abc''')), null,
    'what the provider calls it may come later'
);

select * from finish();
rollback;
