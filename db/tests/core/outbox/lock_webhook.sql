begin;
select plan(2);

select tests.webhook() as webhook \gset
select lives_ok(format('select core.lock_webhook(%s)', :webhook), 'one that is there');
update data.webhook set deleted_at = clock_timestamp(), secret = null, active = false;
select throws_ok(
    format('select core.lock_webhook(%s)', :webhook), 'PT404', 'webhook_not_found',
    'not one that was'
);

select * from finish();
rollback;
