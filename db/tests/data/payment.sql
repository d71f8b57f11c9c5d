-- What no payment can be, whoever writes it.
begin;
select plan(15);

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
select throws_ok(
    'update data.payment set captured_amount = 1', '428C9', null,
    'what was captured follows from amount and status'
);
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
