-- What no webhook can be, whoever writes it.
begin;
select plan(11);

select is(
    tests.constraint_against(format('select tests.webhook(%L)', c.url)), c.refused_by, c.url
)
from (
    values
    ('https://example.org', null),
    ('https://example.org:8443/a/b?c=d&e=%20', null),
    ('http://localhost:9000/hook', null),
    ('ftp://example.org/', 'webhook_url_form'),
    ('https://user:secret@example.org/', 'webhook_url_form'),
    (E'https://example.org/\nX-Other: 1', 'webhook_url_form'),
    ('https://example.org/' || repeat('x', 2000), 'webhook_url_length')
) as c (url, refused_by);
select is(
    tests.constraint_against('select tests.webhook(events => ''{}'')'), 'webhook_events_listed',
    'it is told of something'
);
select is(
    tests.constraint_against(
        'insert into data.webhook (url, secret) values (''https://a.example'', ''short'')'
    ),
    'webhook_secret_length', 'a secret is long'
);
select tests.webhook() as webhook \gset
select is(
    tests.constraint_against('update data.webhook set secret = null'), 'webhook_deleted_is_over',
    'one that is there has a secret'
);
select is(
    tests.constraint_against('update data.webhook set deleted_at = clock_timestamp()'),
    'webhook_deleted_is_over', 'one that is gone has none'
);

select * from finish();
rollback;
