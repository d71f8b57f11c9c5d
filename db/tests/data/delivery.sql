-- What no delivery can be, whoever writes it.
begin;
select plan(5);

select tests.delivery(tests.webhook()) as delivery \gset
select is(
    tests.constraint_against(
        'insert into data.delivery (webhook_id, change_id)
        select d.webhook_id, d.change_id from data.delivery as d'
    ),
    'delivery_once', 'a webhook is told of an event once'
);
select is(
    tests.constraint_against('update data.delivery set delivered_at = ''2000-01-01'''),
    'delivery_delivered_after_created', 'nothing is delivered before'
);
select results_eq(
    'select d.status::text from data.delivery as d', array['PENDING'], 'what is to be tried waits'
);
update data.delivery set next_attempt_at = null;
select results_eq(
    'select d.status::text from data.delivery as d', array['FAILED'], 'what is over has failed'
);
update data.delivery set delivered_at = clock_timestamp();
select results_eq(
    'select d.status::text from data.delivery as d', array['DELIVERED'], 'or was delivered'
);

select * from finish();
rollback;
