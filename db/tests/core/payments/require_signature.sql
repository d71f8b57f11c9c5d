begin;
select plan(18);

select tests.provider('acme') as secret, tests.provider('other') as others \gset
\set body '{"amount": 50}'
create function pg_temp.refusal(provider text, signature text, body text) returns text
language sql
as $$
select tests.refusal_of(format(
    'select core.require_signature(%L, %L, %L)', provider, signature, convert_to(body, 'UTF8')
))
$$;
select pg_temp.refusal('acme', null, :'body') as refused \gset
select is(
    :'refused'::text,
    'PT401 invalid_signature The header X-Signature is missing, wrong or older than five minutes.',
    'what is not signed is refused'
);
select is(
    pg_temp.refusal('acme', tests.signature(:'secret', :'body'), :'body'), null,
    'what is signed is not'
);
select is(
    pg_temp.refusal('acme', tests.signature(:'secret', ''), ''), null, 'be it nothing at all'
);
-- Made with another program: echo -n '1700000000.{"amount": 50}' | openssl dgst -sha256 -hmac key
select is(
    tests.signature('key', :'body', to_timestamp(1700000000)),
    't=1700000000,v1=58a29916e849318c46c53f9be0a178aa7633dae8913c6451b1fa6181eec3b9a3',
    'the signature is what others make of it'
);
select is(pg_temp.refusal(c.provider, c.signature, c.body), :'refused', c.sentence)
from (
    values
    ('acme', tests.signature(:'secret', :'body'), '{"amount": 51}', 'not for another body'),
    ('acme', tests.signature(:'others', :'body'), :'body', 'not by another provider'),
    ('nobody', tests.signature(:'secret', :'body'), :'body', 'not for one that does not exist'),
    (null, tests.signature(:'secret', :'body'), :'body', 'nor for none'),
    ('acme', tests.signature(:'secret', :'body') || '0', :'body', 'not with a digit more'),
    ('acme', left(tests.signature(:'secret', :'body'), -1), :'body', 'nor with one less'),
    ('acme', regexp_replace(tests.signature(:'secret', :'body'), '^t=[0-9]+', 't=1'), :'body',
        'not with another time'),
    ('acme', regexp_replace(tests.signature(:'secret', :'body'), 'v1=', 'v0='), :'body',
        'not by another scheme'),
    ('acme', '', :'body', 'not with an empty header')
) as c (provider, signature, body, sentence);
select is(
    pg_temp.refusal(
        'acme', tests.signature(:'secret', :'body', clock_timestamp() + a.age), :'body'
    ),
    case when a.valid then null else :'refused' end, a.sentence
)
from (
    values
    (interval '-299 seconds', true, 'it may be five minutes old'),
    (interval '-302 seconds', false, 'but not older'),
    (interval '302 seconds', false, 'nor from later than that')
) as a (age, valid, sentence);

-- While a secret is exchanged both are valid, for a day.
select tests.signature(:'secret', :'body') as before \gset
update data.payment_provider as v
set previous_secret = v.secret, secret = v.secret || '-new',
    previous_valid_until = clock_timestamp() + interval '1 day'
where v.name = 'acme';
select results_eq(
    format(
        $$select pg_temp.refusal('acme', s.header, %1$L)
        from (values (%2$L), (%3$L)) as s (header)$$,
        :'body', :'before', tests.signature(:'secret' || '-new', :'body')
    ),
    array[null, null]::text[], 'two secrets are valid'
);
update data.payment_provider as v set previous_valid_until = clock_timestamp()
where v.name = 'acme';
select is(
    pg_temp.refusal('acme', :'before', :'body'), :'refused', 'then the earlier one is no more'
);

select * from finish();
rollback;
