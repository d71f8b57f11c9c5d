begin;
select plan(6);

select tests.doctor() as doctor, tests.doctor() as other \gset
select tests.slot(:doctor, '2026-01-05 00:00Z', capacity => 100) as slot,
    tests.slot(:other, '2026-01-05 00:00Z') as others \gset
-- A visit from and to so many minutes after midnight of a day.
create function pg_temp.visit(slot bigint, arrived integer, over integer) returns void
language plpgsql
as $$
declare
    v_id bigint := tests.booking(visit.slot, status => 'COMPLETED');
begin
    update data.booking as b
    set checked_in_at = '2026-01-05 00:00Z'::timestamptz + visit.arrived * interval '1 minute',
        completed_at = '2026-01-05 00:00Z'::timestamptz + visit.over * interval '1 minute'
    where b.id = v_id;
end;
$$;

select is(core.usual_visit(:doctor), null, 'nobody knows where nobody was');
select pg_temp.visit(:others, 0, 240);
select pg_temp.visit(:slot, 600, 620);
select is(core.usual_visit(:doctor), '20 minutes', 'the first one begins with the arrival');
-- Both of them came early, and waited.
select pg_temp.visit(:slot, 600, 630), pg_temp.visit(:slot, 605, 670);
select is(
    core.usual_visit(:doctor), '20 minutes',
    'a visit begins when the one before is over: the median of 20, 10 and 40'
);
select pg_temp.visit(:slot, 700, 715), pg_temp.visit(:slot, 720, 735);
select is(core.usual_visit(:doctor), '15 minutes', 'of 10, 15, 15, 20 and 40');
select pg_temp.visit(:slot, 730, 735), pg_temp.visit(:slot, 740, 1000);
select is(
    core.usual_visit(:doctor), '15 minutes',
    'what was noted down within a minute of another, or hours later, does not count'
);
select count(pg_temp.visit(:slot, 2000 + 10 * n, 2005 + 10 * n)) from generate_series(1, 50) as n;
select is(core.usual_visit(:doctor), '5 minutes', 'only the last fifty count');

select * from finish();
rollback;
