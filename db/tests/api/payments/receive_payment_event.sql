begin;
select plan(34);

select tests.slot(tests.doctor(), capacity => 60) as slot \gset
select tests.provider('acme') as secret, tests.provider('other') as others_secret \gset
select tests.booking(:slot) as booking, tests.booking(:slot) as second \gset
select
    tests.payment(:booking, provider => 'acme') as payment,
    tests.payment(:second, provider => 'acme') as second_payment,
    tests.payment(tests.booking(:slot)) as simulated,
    tests.payment(tests.booking(:slot), provider => 'other') as others
\gset
create function pg_temp.said(secret text, body text) returns text
language sql
as $$
select tests.refusal_of(format(
    'select api.receive_payment_event(''acme'', %L, %L)', convert_to(body, 'UTF8'),
    jsonb_build_object('x-signature', tests.signature(secret, body))
))
$$;

-- Before anything is looked at, it is signed.
select tests.act_as('anon');
select
    throws_ok(
        format('select api.receive_payment_event(%L, %L, %L)', c.provider, c.body, c.headers),
        'PT401', 'invalid_signature', c.sentence
    )
from (
    values
    ('acme', '\x7b7d'::bytea, '{}', 'what is not signed is refused'),
    ('acme', '\xff', '{"x-signature": "t=1,v1=00"}', 'also when it is no JSON'),
    ('nobody', '\x7b7d', '{}', 'also for a provider that does not exist')
) as c (provider, body, headers, sentence);
select throws_ok(
    format('select tests.report(''acme'', %L, ''e'', %s)', :'others_secret', :payment), 'PT401',
    'invalid_signature', 'one provider does not sign for another'
);

-- What is signed and wrong.
select ok(
    pg_temp.said(:'secret', b.body) ~ b.refusal,
    format('%s: %s', b.sentence, pg_temp.said(:'secret', b.body))
)
from (
    values
    ('', '^22', 'nothing'),
    ('{', '^22', 'no JSON'),
    ('[1]', '^(22|PT400)', 'no object'),
    ('{}', '^PT400 invalid_body', 'an object of nothing'),
    ('{"event_id": "e", "payment_id": 1, "outcome": "SUCCEEDED", "amount": 0, "currency": "USD"}',
        '^PT400 invalid_body', 'a capture of nothing'),
    ('{"event_id": "e", "payment_id": 1, "outcome": "SUCCEEDED", "amount": "NaN",
        "currency": "USD"}', '^PT400 invalid_body', 'an amount that is none'),
    ('{"event_id": "e", "payment_id": 1, "outcome": "SUCCEEDED", "amount": 1.005,
        "currency": "USD"}', '^PT400 invalid_body', 'half a cent'),
    ('{"event_id": "e", "payment_id": 1, "outcome": "SUCCEEDED", "amount": 1e300,
        "currency": "USD"}', '^PT400 invalid_body', 'more than there is'),
    ('{"event_id": "e", "payment_id": 1, "outcome": "PERHAPS", "amount": 1, "currency": "USD"}',
        '^22', 'no outcome'),
    ('{"event_id": "e", "payment_id": "x", "outcome": "FAILED", "amount": 1, "currency": "USD"}',
        '^22', 'no id'),
    ('{"event_id": " ", "payment_id": 1, "outcome": "FAILED", "amount": 1, "currency": "USD"}',
        '^23514', 'a blank event'),
    ('{"event_id": "e", "payment_id": 1, "outcome": "FAILED", "amount": 1, "currency": "usd"}',
        '^23514', 'no currency')
) as b (body, refusal, sentence);
select
    throws_ok(
        format('select tests.report(''acme'', %L, ''e'', %s)', :'secret', p.id), 'PT404',
        'payment_not_found', p.sentence
    )
from (
    values (0, 'no such payment'), (:simulated, 'not one that is simulated'),
    (:others, 'not another provider''s')
) as p (id, sentence);
select tests.act_as_nobody();
select is((select count(*) from data.provider_event), 0::bigint, 'none of these is an event');

-- A failure, then success; each once.
select tests.act_as('anon');
select e.payment_status from tests.report('acme', :'secret', 'e1', :payment, 'FAILED') as e \gset
select is(:'payment_status'::text, 'FAILED', 'what is declined has failed');
select tests.act_as_nobody();
select is(
    (select b.status || ' ' || b.payment_status from api.booking as b where b.id = :booking),
    'PENDING DUE', 'the booking is held on'
);
select p.id as second_attempt from api.create_payment(:booking, provider => 'acme') as p \gset
select isnt(:second_attempt::bigint, :payment::bigint, 'and another attempt may be begun');
select tests.act_as('anon');
select to_jsonb(e) as paid
from tests.report('acme', :'secret', 'e2', :payment, reference => 'r1') as e \gset
select is(
    (:'paid'::jsonb) - 'received_at',
    format($${"event_id": "e2", "provider": "acme", "payment_id": %s, "outcome": "SUCCEEDED",
        "amount": 50, "currency": "USD", "provider_reference": "r1",
        "payment_status": "SUCCEEDED"}$$, :payment)::jsonb,
    'success pays the booking, also behind a failure'
);
select is(
    (select to_jsonb(e)
    from tests.report('acme', :'secret', 'e2', :payment, reference => 'r1') as e),
    :'paid'::jsonb, 'the same event again gets the same answer'
);
select is(
    (select to_jsonb(e) from tests.report('acme', :'secret', 'e2', :payment, 'FAILED', 7) as e),
    :'paid'::jsonb, 'whatever it says now'
);
select throws_ok(
    format('select tests.report(''acme'', %L, %L, %s)', :'secret', e.event_id, e.payment_id),
    'PT409', 'reference_reused', e.sentence
)
from (
    values
    ('e2', :second_payment, 'but what it says of another booking is not lost in silence'),
    ('e1', :second_attempt, 'nor what it says of another attempt to pay')
) as e (event_id, payment_id, sentence);
select is(
    (select e.payment_status::text from tests.report('acme', :'secret', 'e3', :payment, 'FAILED')
        as e),
    'SUCCEEDED', 'a failure behind a success changes nothing'
);
select is(
    (select e.payment_status::text
    from tests.report('acme', :'secret', 'e4', :payment, reference => 'r2') as e),
    'SURPLUS', 'a further capture is a surplus'
);
select tests.act_as_nobody();
select is(
    (select b.status || ' ' || b.payment_status || ' ' || b.refund_due_amount
    from api.booking as b where b.id = :booking),
    'CONFIRMED SUCCEEDED 50.00', 'that is owed back, and the booking stays paid'
);
select is(
    (select count(*) from data.payment as p where p.booking_id = :booking), 3::bigint,
    'nothing more was recorded'
);
select is(
    (select p.status::text from data.payment as p where p.id = :second_payment), 'PENDING',
    'nor of another booking'
);
select results_eq(
    'select e.event_id::text from data.provider_event as e order by e.id',
    array['e1', 'e2', 'e3', 'e4'], 'each event is kept once'
);

select * from finish();
rollback;
