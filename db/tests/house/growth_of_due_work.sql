-- What has nothing to do reads little of what there is, though its plans are from when there was
-- nothing: as in a new house, until PostgreSQL first counts its rows.
begin;
select plan(15);

-- What a test before this one counted is not undone with it.
update pg_catalog.pg_class as c
set relpages = 0, reltuples = -1
where c.relnamespace = 'data'::regnamespace;
discard plans;
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

select count(tests.doctor()) from generate_series(1, 100) \g /dev/null
-- As if hours had made all slots that they are to make.
update data.doctor as d set slots_until = current_date + 1000;
-- As PostgreSQL does by itself after so many.
analyze data.doctor, data.clinic;
create function pg_temp.doctors_read() returns bigint
language sql
as $$
select t.seq_tup_read + t.idx_tup_fetch
from pg_catalog.pg_stat_xact_user_tables as t
where t.schemaname = 'data' and t.relname = 'doctor'
$$;
select pg_temp.doctors_read() as read_before \gset
select core.do_due_task('keep_slots') from generate_series(1, 8) \g /dev/null
select cmp_ok(
    pg_temp.doctors_read() - :read_before, '<=', 20::bigint,
    'doctors who have their slots are left alone'
);

select * from finish();
rollback;
