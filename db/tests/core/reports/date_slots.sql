begin;
select plan(9);

select is(core.date_slots(9), 0, 'where nobody is marked nothing is done');
select is_empty(
    $$select l.mode from pg_locks as l
      where l.pid = pg_backend_pid() and l.relation = 'data.slot'::regclass$$,
    'and no slot is looked for: reports that are counted keep nobody from a lock of all slots'
);

select tests.clinic(time_zone => 'Pacific/Auckland') as clinic \gset
select tests.doctor(clinic => :clinic) as doctor, tests.doctor() as other \gset
select
    tests.slot(:doctor, '2100-06-01 23:30Z') as first,
    tests.slot(:doctor, '2100-06-03 23:30Z') as second,
    tests.slot(:doctor, '2100-06-05 10:00Z') as same,
    tests.slot(:other, '2100-06-01 23:30Z') as others
\gset
update data.clinic as c set time_zone = 'America/New_York' where c.id = :clinic;
select is(
    (select s.local_date from data.slot as s where s.id = :first), '2100-06-02',
    'the change of a zone waits for no slot'
);
insert into data.stale_doctor (doctor_id) values (:doctor), (:other);
-- Whatever the planner thinks of: with these it runs a subquery for each row.
set local enable_hashjoin = off;
set local enable_mergejoin = off;
set local enable_hashagg = off;
set local enable_sort = off;
set local enable_material = off;
select is(core.date_slots(1), 1, 'as many slots as wanted are dated');
select is(core.date_slots(9), 1, 'then the others that have another day now');
select is(
    array(select s.local_date from data.slot as s where s.doctor_id = :doctor order by s.id),
    '{2100-06-01,2100-06-03,2100-06-05}', 'which is that of the zone'
);
select is(
    (select count(*) from data.change as c where c.entity = 'slot' and c.entity_id = :same),
    1::bigint, 'a slot that keeps its day is not touched'
);
select is(core.date_slots(9), 0, 'who has no such slots is done with, too');
select is_empty('select m.doctor_id from data.stale_doctor as m', 'and so no mark is left');

select * from finish();
rollback;
