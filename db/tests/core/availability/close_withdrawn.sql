begin;
select plan(4);

select tests.doctor() as doctor \gset
select
    tests.slot(:doctor) as free,
    tests.slot(:doctor) as booked,
    tests.slot(:doctor) as over,
    tests.slot(:doctor) as wanted,
    tests.slot(:doctor) as other,
    tests.slot(:doctor, clock_timestamp() - interval '1 hour') as past
\gset
select
    tests.booking(:booked), tests.booking(:over, status => 'FAILED'),
    tests.booking(:over, status => 'CANCELLED');
update data.slot as s set withdrawn = true where s.id <> :wanted;

select is(
    core.close_withdrawn(array[:free, :booked, :over, :wanted, :past]), 2,
    'of the slots named, those are closed that are withdrawn, free and to come'
);
select is(
    array(select s.id from data.slot as s where s.deleted_at is not null order by s.id),
    array[:free, :over]::bigint[], 'these'
);
select is(core.close_withdrawn(array[:free, :over]), 0, 'once');
select is(
    (select count(*) from data.booking as b where b.slot_id = :over), 2::bigint, 'history stays'
);

select * from finish();
rollback;
