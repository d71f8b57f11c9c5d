begin;
select plan(6);

select tests.account(role => 'admin') as eve, tests.account(role => 'clerk') as clerk \gset
select tests.provider('acme') as secret, tests.provider('other') \gset
select tests.payment(tests.booking(tests.slot(tests.doctor())), provider => 'acme') as payment \gset
update data.clinic set payment_provider = 'other';
select tests.act_as('clerk', :clerk);
select throws_ok(
    'select api.delete_payment_provider(''acme'')', '42501', null, 'a clerk removes no provider'
);
select tests.act_as('admin', :eve);
select throws_ok(
    'select api.delete_payment_provider(''other'')', 'PT409', 'provider_in_use',
    'nobody removes one that a clinic relies on'
);
select lives_ok('select api.delete_payment_provider(''acme'')', 'an admin removes another');
select throws_ok(
    'select api.delete_payment_provider(''acme'')', 'PT404', 'provider_not_found', 'once'
);
select tests.act_as('anon');
select throws_ok(
    format('select tests.report(''acme'', %L, ''e'', %s)', :'secret', :payment), 'PT401',
    'invalid_signature', 'what it reports is refused from then on'
);
select tests.act_as_nobody();
select is(
    (select p.provider::text from data.payment as p where p.id = :payment), 'acme',
    'its payments stay'
);

select * from finish();
rollback;
