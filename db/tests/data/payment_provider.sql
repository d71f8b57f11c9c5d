-- What no payment provider can be, whoever writes it.
begin;
select plan(7);

select tests.provider('acme');
\set provider 'insert into data.payment_provider (name, secret) values (%L, repeat(''x'', %s))'
select is(tests.constraint_against(format(:'provider', c.name, c.length)), c.refused_by, c.sentence)
from (
    values
    ('other', 64, null, 'a provider has a name and a secret'),
    ('acme', 64, 'payment_provider_name_key', 'a name is one provider''s'),
    ('desk', 64, 'payment_provider_not_built_in', 'the desk reports nothing'),
    ('simulated', 64, 'payment_provider_not_built_in', 'nor does what is simulated'),
    ('other', 63, 'payment_provider_secret_length', 'a secret is long'),
    ('a/b', 64, 'provider_name_form', 'a name is part of a path')
) as c (name, length, refused_by, sentence);
select is(
    tests.constraint_against(
        'update data.payment_provider set previous_secret = secret, previous_valid_until = null'
    ),
    'payment_provider_previous_ends', 'an earlier secret ends some time'
);

select * from finish();
rollback;
