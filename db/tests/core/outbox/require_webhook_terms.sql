begin;
select plan(5);

select is(
    tests.refusal_of(
        format('select core.require_webhook_terms(%L, %L)', c.url, c.events)
    ),
    c.refused, c.what
)
from (
    values
    ('https://example.org/', null, null, 'an address with TLS, all events'),
    (null, '{booking.held}', null, 'some events'),
    ('http://example.org/', null, 'PT400 invalid_parameter url must begin with https://.',
    'no TLS'),
    ('https://example.org/', '{}',
        'PT400 invalid_parameter events must list one event or more.', 'no events')
) as c (url, events, refused, what);
update data.setting set local_webhooks = true;
select lives_ok(
    'select core.require_webhook_terms(''http://localhost/'', null)', 'for development without TLS'
);

select * from finish();
rollback;
