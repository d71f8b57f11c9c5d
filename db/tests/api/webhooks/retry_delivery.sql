begin;
select plan(7);

select tests.account(role => 'admin') as eve, tests.account(role => 'clerk') as clerk \gset
select tests.webhook() as webhook, tests.webhook() as other \gset
select tests.delivery(:webhook) as delivery \gset
update data.delivery as d
set attempts = 15, expires_at = clock_timestamp(), next_attempt_at = null,
    delivered_at = clock_timestamp();
update data.webhook as w set failures = 9, paused_until = clock_timestamp() + interval '1 hour';
select format('select api.retry_delivery(%s, %s)', :webhook, :delivery) as retry \gset
select tests.act_as('clerk', :clerk);
select throws_ok(:'retry', '42501', null, 'a clerk sends nothing again');
select tests.act_as('admin', :eve);
select is(
    (select (d.status, d.delivered_at) from api.retry_delivery(:webhook, :delivery) as d),
    row('PENDING'::data.delivery_status, null::timestamptz),
    'an admin does, even what was delivered'
);
select tests.act_as_nobody();
select core.take_delivery() as job \gset
select is((:'job'::jsonb ->> 'id')::integer, :delivery, 'at once, pause or not');
select core.finish_delivery(:delivery, 16, 500, 'answered 500');
select is(
    (select d.status::text from data.delivery as d), 'PENDING',
    'and again, though its time had been over'
);
select tests.act_as('admin', :eve);
select throws_ok(
    format('select api.retry_delivery(%s, %s)', :other, :delivery), 'PT404', 'delivery_not_found',
    'not another webhook''s'
);
select throws_ok(
    format('select api.retry_delivery(%s, 0)', :webhook), 'PT404', 'delivery_not_found', 'nor none'
);
select throws_ok(
    format('select api.retry_delivery(0, %s)', :delivery), 'PT404', 'webhook_not_found',
    'nor a webhook''s that there is not'
);

select * from finish();
rollback;
