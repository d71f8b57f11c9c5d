-- Who looks for few changes among many reads few, as in growth.sql.
begin;
select plan(10);

select tests.account(role => 'admin') as eve \gset
insert into data.change (xid, entity, entity_id, actor_id, actor_role, after)
select '3', case when n % 3 = 0 then 'slot' else 'booking' end, n % 1000, n % 100, 'clerk', '{}'
from generate_series(1, 20000) as n;
set local session_replication_role = replica;
update data.change set xid = '3';
set local session_replication_role = origin;
select count(core.chain_changes(100000)) \g /dev/null
analyze data.change, data.chain_link;

-- Whatever else the planner thinks.
select cmp_ok(
    tests.rows_read('select count(*) from core.unlinked_changes()'), '<=', 20::bigint,
    'what is not linked yet'
);
select c.id as change from data.change as c order by c.id limit 1 offset 10000 \gset
-- Tables of this size might be read whole for less than an index costs in order.
set local enable_seqscan = off;
select cmp_ok(
    tests.rows_read('select core.erase_changes(-1)'), '<=', 50::bigint,
    'what is to be erased of a person'
);
set local enable_bitmapscan = off;

select tests.act_as('admin', :eve);
select cmp_ok(
    tests.rows_read(format('select count(*) from api.list_audit(%s)', c.filter)), '<=', c.rows,
    c.what
)
from (
    values
    ('the newest changes', '', 2100::bigint),
    ('a later page of them', format('after => %s', :change), 2100),
    ('those of one booking', '''booking'', 7', 60),
    ('those of what there is none of', '''booking'', -1', 10),
    ('those of a kind that there is none of', '''none''', 2100),
    ('those of somebody', 'actor => 7', 500),
    ('those of nobody', 'actor => -1', 10),
    ('those until some time', '"to" => ''2001-01-01''', 10)
) as c (what, filter, rows);

select * from finish();
rollback;
