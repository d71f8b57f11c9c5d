begin;
select plan(7);

select tests.account(role => 'admin') as eve, tests.account(role => 'clerk') as clerk \gset
select tests.provider('acme') as old_secret, tests.provider('other') as others_secret \gset
select tests.act_as('clerk', :clerk);
select throws_ok(
    'select api.rotate_payment_provider(''acme'')', '42501', null, 'a clerk changes no secret'
);
select tests.act_as('admin', :eve);
select secret, previous_valid_until - now() as old_is_valid
from api.rotate_payment_provider('acme') \gset
select matches(:'secret'::text, '^[0-9a-f]{64}$', 'an admin does');
select isnt(:'secret'::text, :'old_secret'::text, 'it is a new one');
select ok(
    :'old_is_valid'::interval between interval '23 hours' and interval '25 hours',
    'the one before is valid for a day'
);
select throws_ok(
    'select api.rotate_payment_provider(''nobody'')', 'PT404', 'provider_not_found',
    'of one that exists'
);
select tests.act_as_nobody();
select results_eq(
    $$select v.secret, v.previous_secret from data.payment_provider as v where v.name = 'acme'$$,
    format('values (%L, %L)', :'secret', :'old_secret'), 'both are kept'
);
select api.rotate_payment_provider('acme');
select is(
    (select v.previous_secret from data.payment_provider as v where v.name = 'acme'),
    :'secret'::text,
    'with a third the first one ends'
);

select * from finish();
rollback;
