begin;
select plan(5);

select tests.account(role => 'admin') as eve, tests.account(role => 'clerk') as clerk \gset
select tests.webhook() as webhook \gset
select tests.delivery(:webhook) as delivery \gset
select format('select api.delete_webhook(%s)', :webhook) as delete \gset
select tests.act_as('clerk', :clerk);
select throws_ok(:'delete', '42501', null, 'a clerk removes none');
select tests.act_as('admin', :eve);
select lives_ok(:'delete', 'an admin does');
select throws_ok(:'delete', 'PT404', 'webhook_not_found', 'once');
select tests.act_as_nobody();
select is(core.take_delivery(), null, 'it is told nothing any more');
select results_eq(
    'select w.secret, count(d.*) from data.webhook as w join data.delivery as d
    on d.webhook_id = w.id group by 1',
    'values (null::text, 1::bigint)', 'its secret is gone, what it was told stays'
);

select * from finish();
rollback;
