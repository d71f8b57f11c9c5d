begin;
select plan(8);

select tests.account(role => 'admin') as eve, tests.account(role => 'clerk') as clerk \gset
select tests.webhook() as webhook, tests.webhook() as other \gset
select
    tests.delivery(:webhook) as first,
    tests.delivery(:webhook) as second,
    tests.delivery(:other) as third
\gset
update data.delivery as d
set next_attempt_at = null, attempts = 3, answer_status = 500, last_error = 'answered 500'
where d.id = :first;
create function pg_temp.list(webhook bigint, arguments text) returns text
language sql
return format('select d.id from api.list_deliveries(%s, %s) as d', webhook, arguments);
select tests.act_as('clerk', :clerk);
select throws_ok(pg_temp.list(:webhook, 'null'), '42501', null, 'clerks do not see them');
select tests.act_as('admin', :eve);
select results_eq(
    pg_temp.list(:webhook, 'null'), array[:second, :first]::bigint[],
    'a webhook''s own, newest first'
);
select results_eq(
    pg_temp.list(:webhook, '''FAILED'''), array[:first]::bigint[], 'those that failed'
);
select results_eq(
    pg_temp.list(:webhook, 'null, 1, ' || :second), array[:first]::bigint[], 'page by page'
);
select is(
    (select (d.event, d.entity, d.status, d.answer_status, d.last_error)
    from api.list_deliveries(:webhook, 'FAILED') as d),
    row('booking.confirmed'::data.event, 'booking'::text, 'FAILED'::data.delivery_status, 500,
        'answered 500'::text),
    'each with its event and last answer'
);
select throws_ok(
    pg_temp.list(:webhook, 'after => ' || :third), 'PT400', 'invalid_parameter',
    'not behind another webhook''s'
);
select throws_ok(
    pg_temp.list(:webhook, 'after => 0'), 'PT400', 'invalid_parameter', 'nor behind none'
);
select throws_ok(
    'select api.list_deliveries(0)', 'PT404', 'webhook_not_found', 'of one that there is'
);

select * from finish();
rollback;
