begin;
select plan(9);

select tests.account(role => 'admin') as eve, tests.account(role => 'clerk') as clerk \gset
select tests.act_as('clerk', :clerk);
select throws_ok(
    'select api.create_payment_provider(''acme'')', '42501', null, 'a clerk adds no provider'
);
select tests.act_as('admin', :eve);
select id, name, secret, to_jsonb(v) - 'secret' as shown
from api.create_payment_provider('acme') as v \gset
select is(:'name'::text, 'acme', 'an admin does');
select matches(:'secret'::text, '^[0-9a-f]{64}$', 'its secret is made for it');
select is(
    :'shown'::jsonb, (select to_jsonb(v) from api.list_payment_providers() as v),
    'and is not shown again'
);
select isnt(
    (select v.secret from api.create_payment_provider('other') as v), :'secret'::text,
    'each has its own'
);
select throws_ok(
    format('select api.create_payment_provider(%L)', n.name), 'PT409', 'provider_exists',
    format('%s is taken', n.name)
)
from (values ('acme'), ('desk'), ('simulated')) as n (name);
select tests.act_as_nobody();
select is(
    tests.constraint_against('select api.create_payment_provider(''Ac me'')'), 'provider_name_form',
    'a name is part of an address'
);

select * from finish();
rollback;
