begin;
select plan(13);

select tests.account(role => 'admin') as eve, tests.account(role => 'clerk') as clerk \gset
select tests.slot(tests.doctor(), capacity => 9) as slot \gset
select tests.booking(:slot, status => 'CONFIRMED') as booking \gset
select p.id as payment from data.payment as p where p.booking_id = :booking \gset
select tests.payment(tests.booking(:slot)) as unpaid \gset
\set refund 'select f.amount from api.create_refund(' :payment ', %s, ''Goodwill'') as f'
prepare shown as
select b.payment_status || ' ' || b.refund_due_amount from api.booking as b where b.id = $1::bigint;

select tests.act_as('clerk', :clerk);
select throws_ok(format(:'refund', 10), '42501', null, 'a clerk gives nothing back');
select tests.act_as('admin', :eve);
select results_eq(
    'select f.payment_id, f.booking_id, f.amount, f.currency::text, f.status::text, f.reason::text
    from api.create_refund(' || :payment || ', 12.34, ''Goodwill'') as f',
    format('values (%s::bigint, %s::bigint, 12.34, ''USD'', ''DUE'', ''Goodwill'')',
        :payment, :booking),
    'an admin owes back a part'
);
select tests.act_as_nobody();
select results_eq(
    format('execute shown(%s)', :booking), array['SUCCEEDED 12.34'],
    'the booking stays paid, and shows what is owed'
);
select tests.act_as('admin', :eve);
select throws_ok(format(:'refund', '37.67'), 'PT409', 'exceeds_captured', 'not a cent too much');
select is(
    tests.refusal_of(format(:'refund', '50')),
    'PT409 exceeds_captured 37.66 of this payment is left.', 'and it says what is left'
);
select results_eq(format(:'refund', '37.66'), array[37.66], 'but all that is left');
select tests.act_as_nobody();
select results_eq(
    format('execute shown(%s)', :booking), array['REFUND_DUE 50.00'],
    'then nothing that was paid is kept'
);
select tests.act_as('admin', :eve);
select throws_ok(format(:'refund', '0.01'), 'PT409', 'exceeds_captured', 'then nothing is left');
select throws_ok(
    'select api.create_refund(' || :unpaid || ', 1, ''x'')', 'PT409', 'exceeds_captured',
    'nothing is left of what was never taken'
);
select throws_ok(
    'select api.create_refund(0, 1, ''x'')', 'PT404', 'payment_not_found', 'nor of no payment'
);
select is(tests.constraint_against(format(:'refund', a.amount)), 'refund_amount_range', a.sentence)
from (values ('0', 'nothing is no refund'), ('-1', 'nor is less'), ('''NaN''', 'nor no number'))
    as a (amount, sentence);

select * from finish();
rollback;
