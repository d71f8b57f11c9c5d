begin;
select plan(11);

select tests.doctor() as a, tests.doctor() as b, tests.doctor() as c \gset
select
    tests.slot(:a, '2030-01-01 09:00Z') as a1, tests.slot(:b, '2030-01-01 09:00Z') as b1,
    tests.slot(:a, '2030-01-01 10:00Z') as a2, tests.slot(:b, '2030-01-01 11:00Z') as b2,
    tests.slot(:a, '2030-01-01 12:00Z') as a3
\gset
update data.slot as s set deleted_at = clock_timestamp() where s.id = :b2;
create function pg_temp.next(
    doctor_ids bigint[], start timestamptz, after bigint, until timestamptz, reach integer
) returns text
language sql
as $$
select concat_ws(' ', n.slot_ids, case when n.more then 'and more' end)
from core.next_slots(doctor_ids, start, after, until, reach) as n
$$;

select is(
    pg_temp.next(null, '-infinity', 0, 'infinity', 9),
    array[:a1, :b1, :a2, :b2, :a3]::bigint[]::text, 'all by start, deleted ones too'
);
select is(
    pg_temp.next(null, '-infinity', 0, 'infinity', 2),
    array[:a1, :b1]::bigint[]::text || ' and more',
    'so many of them'
);
select is(
    pg_temp.next(null, '2030-01-01 09:00Z', :a1, '2030-01-01 11:00Z', 9),
    array[:b1, :a2]::bigint[]::text, 'behind one and before some time'
);
select is(
    pg_temp.next(array[:a], '-infinity', 0, 'infinity', 9), array[:a1, :a2, :a3]::bigint[]::text,
    'those of a doctor'
);
select is(
    pg_temp.next(array[:a, :b], '2030-01-01 09:00Z', :a1, '2030-01-01 11:00Z', 9),
    array[:b1, :a2]::bigint[]::text, 'of two, behind one and before some time'
);
select is(
    pg_temp.next(array[:a, :b, :c], '-infinity', 0, 'infinity', 5),
    array[:a1, :b1, :a2]::bigint[]::text || ' and more', 'no further than the share of each goes'
);
select is(
    pg_temp.next(array[:a, :b, :c], '2030-01-01 10:00Z', :a2, 'infinity', 5),
    array[:b2, :a3]::bigint[]::text, 'the rest follows'
);
select is(pg_temp.next(array[:c], '-infinity', 0, 'infinity', 9), '{}', 'of one who has none');
select is(pg_temp.next('{}', '-infinity', 0, 'infinity', 9), '{}', 'of nobody');
select is(pg_temp.next(null, 'infinity', 0, 'infinity', 9), '{}', 'behind all');
select is(pg_temp.next(null, '-infinity', 0, '-infinity', 9), '{}', 'before all');

select * from finish();
rollback;
