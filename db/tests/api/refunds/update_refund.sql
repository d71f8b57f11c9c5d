begin;
select plan(14);

select tests.account(role => 'admin') as eve, tests.account(role => 'clerk') as clerk \gset
select tests.booking(tests.slot(tests.doctor()), status => 'CONFIRMED') as booking \gset
select core.owe_refund(array[:booking]::bigint[], 'Why');
select f.id as refund from data.refund as f \gset
\set mark 'select api.update_refund(' :refund ', %L)'

select tests.act_as('clerk', :clerk);
select throws_ok(format(:'mark', 'SENT'), '42501', null, 'a clerk reads, and marks nothing');
select tests.act_as('admin', :eve);
select throws_ok(format(:'mark', 'DONE'), 'PT409', 'refund_not_sent', 'it is sent first');
select throws_ok(format(:'mark', 'FAILED'), 'PT409', 'refund_not_sent', 'or it cannot fail');
select throws_ok(format(:'mark', 'DUE'), 'PT409', 'refund_not_sent', 'nothing becomes due here');
select results_eq(
    'select f.status::text, f.reference::text, f.sent_at is not null, f.done_at
    from api.update_refund(' || :refund || ', ''SENT'', ''transfer 1'') as f',
    $$values ('SENT', 'transfer 1', true, null::timestamptz)$$, 'an admin sends it'
);
select throws_ok(
    format(:'mark', 'SENT'), 'PT409', 'refund_not_due', 'nobody sends it a second time'
);
select is(
    (select f.status::text from api.update_refund(:refund, 'FAILED') as f), 'FAILED', 'it may fail'
);
select is(
    (select f.reference::text from api.update_refund(:refund, 'SENT', 'transfer 2') as f),
    'transfer 2', 'then it is sent again'
);
select results_eq(
    'select f.status::text, f.reference::text, f.done_at >= f.sent_at
    from api.update_refund(' || :refund || ', ''DONE'') as f',
    $$values ('DONE', 'transfer 2', true)$$, 'and arrives'
);
select throws_ok(format(:'mark', 'SENT'), 'PT409', 'refund_not_due', 'that is the end');
select throws_ok(format(:'mark', 'FAILED'), 'PT409', 'refund_not_sent', 'in any way');
select throws_ok(
    'select api.update_refund(0, ''SENT'')', 'PT404', 'refund_not_found', 'of one that exists'
);
select tests.act_as_nobody();
select results_eq(
    'select b.payment_status::text, b.refunded_amount, b.refund_due_amount
    from api.booking as b where b.id = ' || :booking,
    $$values ('REFUNDED', 50.00, 0.00)$$, 'the booking shows it'
);
select results_eq(
    'select p.refunded_amount, p.refund_due_amount from api.payment as p
    where p.booking_id = ' || :booking,
    $$values (50.00, 0.00)$$, 'and so does its payment'
);

select * from finish();
rollback;
