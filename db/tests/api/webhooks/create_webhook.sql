begin;
select plan(9);

select tests.account(role => 'admin') as eve, tests.account(role => 'clerk') as clerk \gset
\set create 'select api.create_webhook(''https://example.org/hook'')'
select tests.act_as('clerk', :clerk);
select throws_ok(:'create', '42501', null, 'a clerk adds no webhook');
select tests.act_as('admin', :eve);
select id, secret, to_jsonb(w) - 'secret' as shown
from api.create_webhook('https://example.org/hook', '{booking.confirmed,refund.due}') as w \gset
select matches(:'secret'::text, '^[0-9a-f]{64}$', 'an admin does; its secret is made for it');
select is(
    :'shown'::jsonb, (select to_jsonb(w) from api.list_webhooks() as w), 'and is not shown again'
);
select is(:'shown'::jsonb -> 'events', '["booking.confirmed", "refund.due"]', 'of these events');
select is(
    (select (w.events, w.active) from api.create_webhook('https://a.example',
    active => false) as w),
    row(null::data.event[], false), 'or of all, and from later on'
);
select isnt(
    (select w.secret from api.create_webhook('https://b.example') as w), :'secret'::text,
    'each has its own secret'
);
select throws_ok(
    'select api.create_webhook(''http://example.org/'')', 'PT400', 'invalid_parameter',
    'not without TLS'
);
select throws_ok(
    'select api.create_webhook(''https://example.org/'', ''{}'')', 'PT400', 'invalid_parameter',
    'not of nothing'
);
select tests.act_as_nobody();
select is(
    (select w.created_by_id from data.webhook as w where w.id = :id), :eve::bigint,
    'who made it is kept'
);

select * from finish();
rollback;
