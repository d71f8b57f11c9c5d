begin;
select plan(7);

-- What a transaction wrote itself it does not read: it is still open. As if it were not:
\set behind 'set xid = ''3'''
select tests.booking(tests.slot(tests.doctor()), tests.account('Ann')) as booking \gset
select is(core.chain_changes(1000), 0, 'nothing of a transaction that is still open');

set local session_replication_role = replica;
update data.change :behind;
set local session_replication_role = origin;
select count(*) as changes from data.change \gset
select is(core.chain_changes(2), :changes, 'two at a time, but all of them');
select is(core.chain_changes(2), 0, 'and each once');
select is(
    (select array_agg(l.number order by l.number) from data.chain_link as l),
    (select array_agg(n) from generate_series(1::bigint, :changes) as n), 'they are counted'
);
select results_eq(
    $$select l.change_id, l.made_at, l.entity, l.entity_id, l.actor_id
      from data.chain_link as l order by l.number$$,
    $$select c.id, c.made_at, c.entity, c.entity_id, c.actor_id
      from data.change as c order by c.xid, c.id$$,
    'each tells by what to find its change'
);
select is(
    (select l.hash from data.chain_link as l where l.number = 2),
    (
        select sha256(o.hash || core.link_change(c, l.digest))
        from data.chain_link as l
        join data.chain_link as o on o.number = 1
        join data.change as c on c.id = l.change_id
        where l.number = 2
    ),
    'and goes on from the one before'
);
delete from data.event_reader as r where r.name = 'chain';
select is(core.chain_changes(100000), 0, 'without its reader nothing is linked');

select * from finish();
rollback;
