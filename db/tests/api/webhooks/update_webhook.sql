begin;
select plan(9);

select tests.account(role => 'admin') as eve, tests.account(role => 'clerk') as clerk \gset
select tests.webhook(events => '{refund.due}') as webhook \gset
update data.webhook as w set failures = 3, paused_until = clock_timestamp() + interval '1 hour';
select tests.act_as('clerk', :clerk);
select throws_ok(
    format('select api.update_webhook(%s)', :webhook), '42501', null, 'a clerk changes none'
);
select tests.act_as('admin', :eve);
select api.update_webhook(:webhook) as updated \gset
select is(
    :'updated', (select w::text from api.list_webhooks() as w), 'what is not given stays'
);
select is(
    (select (w.events, w.failures, w.paused_until) from api.list_webhooks() as w),
    row('{refund.due}'::data.event[], 0, null::timestamptz), 'but a pause ends'
);
select is(
    (select (w.url::text, w.events, w.active) from api.update_webhook(
        :webhook, 'https://new.example/', '{booking.held}', false
    ) as w),
    row('https://new.example/'::text, '{booking.held}'::data.event[], false), 'an admin changes all'
);
select is(
    (api.update_webhook(:webhook, clear => '{events}')).events, null, 'to every event, too'
);
select throws_ok(
    format('select api.update_webhook(%s, %s)', :webhook, c.argument), 'PT400', 'invalid_parameter',
    c.argument
)
from (
    values ('url => ''http://a.example'''), ('events => ''{}'''), ('clear => ''{url}''')
) as c (argument);
select throws_ok('select api.update_webhook(0)', 'PT404', 'webhook_not_found', 'one that there is');

select * from finish();
rollback;
