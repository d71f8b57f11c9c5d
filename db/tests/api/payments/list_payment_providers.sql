begin;
select plan(5);

select tests.account(role => 'admin') as eve, tests.account(role => 'clerk') as clerk \gset
select tests.provider('acme'), tests.provider('other'), tests.provider('third');
select tests.act_as('clerk', :clerk);
select throws_ok('select api.list_payment_providers()', '42501', null, 'clerks do not see them');
select tests.act_as('admin', :eve);
select results_eq(
    'select v.name::text from api.list_payment_providers() as v', array['acme', 'other', 'third'],
    'an admin sees all'
);
select id as first from api.list_payment_providers("limit" => 1) \gset
select results_eq(
    format('select v.name::text from api.list_payment_providers(1, %s) as v', :first),
    array['other'], 'page by page'
);
select throws_ok(
    'select api.list_payment_providers(after => 0)', 'PT400', 'invalid_parameter', 'behind one'
);
select is_empty(
    $$select k.key from api.list_payment_providers() as v
    cross join jsonb_object_keys(to_jsonb(v)) as k (key) where k.key ~ 'secret'$$,
    'no secret is among them'
);

select * from finish();
rollback;
