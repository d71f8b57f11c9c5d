begin;
select plan(7);

-- As if all of it were restored: from transactions whose ids are far ahead of this cluster's.
delete from data.event_reader;
insert into data.change (xid, entity, entity_id, actor_role, after)
select x.xid::xid8, 'test', n, 'test', '{}'
from unnest('{6,4000000000000007,4000000000000005,4000000000000009}'::text[]) with ordinality
    as x (xid, n);
insert into data.event_reader (name, last_xid, last_id)
select r.name, r.last_xid::xid8, 0
from (
    values ('none', '0'), ('all', '4000000000000010'), ('some', '4000000000000006'),
    ('too', '4000000000000006')
) as r (name, last_xid);
create view pg_temp.unread as
select r.name, array_agg(c.entity_id order by c.xid, c.id) as changes
from data.event_reader as r
join data.change as c on (c.xid, c.id) > (r.last_xid, r.last_id) and c.entity = 'test'
group by r.name;
select is(
    (select array_agg(u order by u.name) from pg_temp.unread as u)::text,
    '{"(none,\"{1,3,2,4}\")","(some,\"{2,4}\")","(too,\"{2,4}\")"}', 'who has what to read'
);
select throws_ok(
    $$select core.next_events('some', 10)$$, '55000',
    'The history comes from another cluster: run slotkeeper deploy.', 'nobody reads on in this'
);
-- Somebody was in a hurry.
select tests.clinic() as clinic \gset
select ok(core.rebase_changes() > 0, 'it is made a history of this cluster');
select is(
    (select array_agg(u order by u.name) from pg_temp.unread as u)::text,
    '{"(none,\"{1,3,2,4}\")","(some,\"{2,4}\")","(too,\"{2,4}\")"}',
    'each has the same to read'
);
select results_eq(
    $$select e.entity_id from core.next_events('some', 10) as e where e.entity = 'test'$$,
    '{2,4}'::bigint[], 'and reads on'
);
select ok(
    (select (c.xid, c.id) > (r.last_xid, r.last_id)
        from data.change as c, data.event_reader as r
        where c.entity = 'clinic' and c.entity_id = :clinic and r.name = 'all'),
    'what has happened here comes last'
);
select is(core.rebase_changes(), 0::bigint, 'and that is that');

select * from finish();
rollback;
