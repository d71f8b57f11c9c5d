-- What has nothing to do reads little of what there is, though its plans are from when there was
-- nothing: as in a new house, until PostgreSQL first counts its rows.
begin;
select plan(14);

select tests.do_due_work() \g /dev/null
select tests.slot(tests.doctor(), capacity => 500) as slot \gset
select count(tests.booking(:slot, status => 'CONFIRMED')) from generate_series(1, 500) \g /dev/null
-- As if committed long ago.
insert into data.change (xid, entity, entity_id, actor_role, after)
select '3', 'slot', n, 'clerk', '{}' from generate_series(1, 500) as n;
select tests.do_due_work() from generate_series(1, 3) \g /dev/null

select cmp_ok(
    (select count(*) from data.chain_link), '>=', 500::bigint, 'all of it is in the chain'
);
select cmp_ok(
    tests.rows_read(format('select core.do_due_task(%L)', t.task)), '<=', 20::bigint, t.task
)
from unnest(core.due_tasks()) as t (task);

select * from finish();
rollback;
