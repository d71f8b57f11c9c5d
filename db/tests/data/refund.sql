-- Never more is given back than was captured, whoever writes.
begin;
select plan(23);

select tests.slot(tests.doctor(), capacity => 9) as slot \gset
select tests.booking(:slot, status => 'CONFIRMED') as booking, tests.booking(:slot) as unpaid \gset
select p.id as payment from data.payment as p where p.booking_id = :booking \gset
select
    tests.payment(:unpaid) as open_payment,
    tests.payment(:booking, 'FAILED') as failed,
    tests.payment(:booking, 'SURPLUS') as surplus
\gset
\set columns 'payment_id, captured_amount, portion'
\set refund 'insert into data.refund (' :columns ') values (%s, %s, numrange(%s))'

select
    is(
        tests.constraint_against(format(:'refund', :payment, 50, p.portion)), p.refused_by,
            p.sentence
    )
from (
    values
    ('0, 50', null, 'all may be given back'),
    ('0, 20', null, 'or a part'),
    ('0, 50.01', 'refund_within_captured', 'but no more than was captured'),
    ('40, 60', 'refund_within_captured', 'nor a part that reaches beyond'),
    ('-10, 10', 'refund_within_captured', 'nor one that begins before'),
    ('0, ''NaN''', 'refund_within_captured', 'nor what is no number'),
    ('0, 0.005', 'refund_within_captured', 'nor half a cent, of which two would count as two'),
    ('5, 5, ''[]''', 'refund_within_captured', 'nor a part of nothing')
) as p (portion, refused_by, sentence);
select throws_ok(format(:'refund', :payment, 50, p.portion), '23502', null, p.sentence)
from (
    values
    ('10, 10', 'nothing is no part'), ('0, null', 'a part has an end'),
    ('null, 10', 'and a beginning')
) as p (portion, sentence);
select is(
    tests.constraint_against(format(:'refund', :payment, 500, '0, 500')), 'refund_payment_fkey',
    'it cannot pretend that more was captured'
);
select is(
    tests.constraint_against(format(:'refund', :open_payment, 50, '0, 50')), 'refund_payment_fkey',
    'an open payment is not given back'
);
select is(
    tests.constraint_against(format(:'refund', :open_payment, 0, '0, 50')),
    'refund_within_captured',
    'not in any way'
);
select is(
    tests.constraint_against(format(:'refund', :failed, 50, '0, 50')), 'refund_payment_fkey',
    'nor is one that failed'
);
select is(
    tests.constraint_against(format(:'refund', :surplus, 50, '0, 50')), null, 'a surplus is'
);
select is(
    tests.constraint_against(format(:'refund', 0, 50, '0, 50')), 'refund_payment_fkey',
    'it has a payment'
);

-- Parts add up to no more than the whole.
select
    format(:'refund', :payment, 50, '0, 20') as first_part,
    format(:'refund', :payment, 50, '20, 50') as second_part
\gset
:first_part;
select is(
    tests.constraint_against(:'first_part'), 'refund_once', 'the same part is not given back twice'
);
select is(
    tests.constraint_against(format(:'refund', :payment, 50, '0, 50')), 'refund_once',
    'nor within the whole'
);
select is(
    tests.constraint_against(format(:'refund', :payment, 50, '19.99, 30')), 'refund_once',
    'nor a cent of it'
);
select is(tests.constraint_against(:'second_part'), null, 'but the rest');
:second_part;
select is(
    (select sum(f.amount) from data.refund as f where f.payment_id = :payment), 50.00,
    'together they are the whole'
);
select is_empty(
    format(
        $$select i from generate_series(0, 49) as i
        where tests.constraint_against(format(%L, %s, 50, i || ', ' || i + 1)) is null$$,
        :'refund', :payment
    ),
    'then nothing is left to give back'
);

select * from finish();
rollback;
