begin;
select plan(4);

select tests.account(role => 'admin') as eve, tests.account(role => 'clerk') as clerk \gset
select tests.webhook('https://example.org/hook') as webhook \gset
select format('select api.get_webhook(%s)', :webhook) as get \gset
select tests.act_as('clerk', :clerk);
select throws_ok(:'get', '42501', null, 'a clerk sees none');
select tests.act_as('admin', :eve);
select is((api.get_webhook(:webhook)).url::text, 'https://example.org/hook', 'an admin does');
select hasnt_column('api', 'webhook', 'secret', 'without its secret');
select throws_ok('select api.get_webhook(0)', 'PT404', 'webhook_not_found', 'one that there is');

select * from finish();
rollback;
