begin;
select plan(3);

select tests.webhook() as webhook \gset
select tests.delivery(:webhook), tests.delivery(:webhook), tests.delivery(:webhook) as last \gset
update data.delivery as d set created_at = clock_timestamp() - interval '366 days'
where d.id <> :last;
select is(core.forget_deliveries(1), 1, 'no more than a batch is forgotten');
select is(core.forget_deliveries(10), 1, 'then the rest');
select results_eq(
    'select d.id from data.delivery as d', array[:last]::bigint[], 'for a year it is kept'
);

select * from finish();
rollback;
