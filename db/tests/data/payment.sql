-- What no payment can be, whoever writes it.
begin;
select plan(23);

select tests.slot(tests.doctor(), capacity => 9) as slot \gset
select
    tests.booking(:slot) as booking,
    tests.booking(:slot) as other,
    tests.booking(:slot, status => 'CONFIRMED') as paid
\gset
\set pay 'select tests.payment(%s, %L)'

select is(
    tests.constraint_against(format(:'pay', :paid, 'SUCCEEDED')), 'payment_one_succeeded',
    'a booking is paid once'
);
select is(
    tests.constraint_against(format(:'pay', :paid, 'SURPLUS')), null,
    'what comes beyond it is a surplus'
);
select is(tests.constraint_against(format(:'pay', :paid, 'FAILED')), null, 'a failure may follow');
select tests.payment(:booking) as open_payment \gset
select is(
    tests.constraint_against(format(:'pay', :booking, 'PENDING')), 'payment_one_pending',
    'one payment of a booking is open at a time'
);
select tests.payment(:paid, 'SURPLUS') as surplus \gset
select
    is(
        tests.constraint_against(
            format('update data.payment set %s where id = %s', c.change, :open_payment)
        ),
        c.refused_by, c.sentence
    )
from (
    values
    ('status = ''FAILED''', 'payment_settled_has_time', 'what is settled tells when'),
    ('settled_at = clock_timestamp()', 'payment_settled_has_time', 'what is open does not'),
    (
        'status = ''FAILED'', settled_at = created_at - interval ''1 second''',
        'payment_settled_after_created', 'it is not settled before it began'
    ),
    ('provider_reference = '' ''', 'label_visible', 'what the provider calls it can be read')
) as c (change, refused_by, sentence);
select is(
    tests.constraint_against(format(
        'insert into data.payment (booking_id, amount, currency, status, provider, settled_at,
        captured_amount, captured_currency) values (%s, 50, ''USD'', %s)', :booking, c.columns
    )),
    c.refused_by, c.sentence
)
from (
    values
    ('''SUCCEEDED'', ''p'', clock_timestamp(), 50, ''USD''', null, 'what succeeds is captured'),
    ('''SUCCEEDED'', ''p'', clock_timestamp(), 49, ''USD''', 'payment_succeeded_in_full',
        'all of it'),
    ('''SUCCEEDED'', ''p'', clock_timestamp(), 50, ''EUR''', 'payment_succeeded_in_full',
        'in its currency'),
    ('''SURPLUS'', ''p'', clock_timestamp(), 49, ''EUR''', null, 'a surplus is what it is'),
    ('''SURPLUS'', ''p'', clock_timestamp(), 0, null', 'payment_captured_fits_status',
        'but not nothing'),
    ('''SURPLUS'', ''p'', clock_timestamp(), 50, null', 'payment_captured_fits_status',
        'nor in no currency'),
    ('''FAILED'', ''p'', clock_timestamp(), 50, ''USD''', 'payment_captured_fits_status',
        'what failed captured nothing')
) as c (columns, refused_by, sentence);
select results_eq(
    format(
        'select p.status::text, p.captured_amount from data.payment as p
            where p.booking_id in (%s, %s) order by p.id',
        :booking, :paid
    ),
    $$values ('SUCCEEDED', 50.00), ('PENDING', 0.00), ('SURPLUS', 50.00)$$,
    'nothing is captured until it succeeds'
);
select tests.payment(:other, 'FAILED', 'bank', 'ref-1');
select is(
    tests.constraint_against(format('select tests.payment(%s, ''FAILED'', ''bank'', ''ref-1'')',
        :booking)),
    'payment_provider_reference_key', 'a provider''s reference is one payment''s'
);
select is(
    tests.constraint_against(format('select tests.payment(%s, ''FAILED'', ''shop'', ''ref-1'')',
        :booking)),
    null, 'another provider may use the same'
);
select is(
    tests.constraint_against(
        'insert into data.payment (booking_id, amount, currency, provider)
            values (0, 1, ''USD'', ''p'')'
    ),
    'payment_of_frozen_amount', 'a payment has a booking'
);
insert into data.payment (
    booking_id, amount, currency, provider, method, taken_by_role, provider_reference
)
values (:other, 50, 'USD', 'desk', 'CASH', 'admin', 'receipt 1');
select is(
    tests.constraint_against(format(
        'insert into data.payment (booking_id, amount, currency, provider, method, taken_by_role,
        provider_reference) values (%s, 50, ''USD'', ''desk'', ''CASH'', ''admin'', ''receipt 1'')',
        tests.booking(:slot)
    )),
    null, 'what the desk notes may be the same twice'
);
select is(
    tests.constraint_against(format(
        'insert into data.payment (booking_id, amount, currency, provider)
        values (%s, 50, ''USD'', ''desk'')', :booking
    )),
    'payment_method_of_desk', 'who took it at the desk, and how, is kept'
);
select
    is(
        tests.constraint_against(format(
            'insert into data.payment (booking_id, amount, currency, provider)
                values (%s, %L, ''USD'', ''p'')',
            :other, a.amount
        )),
        'money_range', format('an amount of %s is none', a.amount)
    )
from (values ('-1'), ('NaN')) as a (amount);

select * from finish();
rollback;
