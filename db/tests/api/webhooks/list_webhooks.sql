begin;
select plan(4);

select tests.account(role => 'admin') as eve, tests.account(role => 'clerk') as clerk \gset
select tests.webhook() as one, tests.webhook() as two, tests.webhook() as gone \gset
select tests.act_as('clerk', :clerk);
select throws_ok('select api.list_webhooks()', '42501', null, 'clerks do not see them');
select tests.act_as('admin', :eve);
select api.delete_webhook(:gone);
select results_eq(
    'select w.id from api.list_webhooks() as w', array[:one, :two]::bigint[], 'an admin sees all'
);
select results_eq(
    format('select w.id from api.list_webhooks(1, %s) as w', :one), array[:two]::bigint[],
    'page by page'
);
select throws_ok(
    format('select api.list_webhooks(after => %s)', :gone), 'PT400', 'invalid_parameter',
    'behind one'
);

select * from finish();
rollback;
