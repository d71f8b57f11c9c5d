-- What no event of a provider can be, whoever writes it.
begin;
select plan(4);

select tests.payment(tests.booking(tests.slot(tests.doctor()))) as payment \gset
\set event 'insert into data.provider_event (provider, event_id, payment_id, outcome, amount, '
\set event :event 'currency, payment_status) '
\set event :event 'values (%L, %L, %s, ''FAILED'', 50, ''USD'', ''FAILED'')'
select format(:'event', 'acme', 'e1', :payment) as first \gset
:first;
select is(
    tests.constraint_against(:'first'), 'provider_event_once', 'hole 12: an event counts once'
);
select is(
    tests.constraint_against(format(:'event', 'other', 'e1', :payment)), null,
    'two providers may call theirs the same'
);
select is(
    tests.constraint_against(format(:'event', 'acme', 'e2', 0)), 'provider_event_payment_fkey',
    'an event is about a payment'
);
select is(
    tests.constraint_against(format(:'event', 'acme', ' ', :payment)), 'label_visible',
    'an event has an id that can be read'
);

select * from finish();
rollback;
