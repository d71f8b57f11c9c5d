begin;
select plan(6);

select tests.slot(tests.doctor(), capacity => 9) as slot \gset
select
    tests.booking(:slot, seats => 2) as b1,
    tests.booking(:slot, seats => 2, status => 'CONFIRMED') as b2,
    tests.booking(:slot, seats => 3) as b3,
    tests.booking(:slot) as b4
\gset
create function pg_temp.seats() returns text[]
language sql
as $$
select array(
    select b.seats::text from data.booking as b where core.holds_seats(b.status) order by b.id
)
$$;

select core.fit_seats(:slot, 8);
select is(
    pg_temp.seats(), '{"{[1,3)}","{[3,5)}","{[5,8)}","{[8,9)}"}', 'what fits stays where it is'
);
select throws_ok(format('select core.fit_seats(%s, 7)', :slot),
    'PT409', 'capacity_below_sold', 'what does not fit is refused');
update data.booking as b set status = 'FAILED' where b.id = :b1;
select core.fit_seats(:slot, 6);
select is(
    pg_temp.seats(), '{"{[3,5)}","{[1,2),[5,7)}","{[2,3)}"}',
    'numbers above give way to free ones below, one by one'
);
select core.fit_seats(:slot, 6);
select is(pg_temp.seats(), '{"{[3,5)}","{[1,2),[5,7)}","{[2,3)}"}', 'once');
select throws_ok(format('select core.fit_seats(%s, 5)', :slot),
    'PT409', 'capacity_below_sold', 'they give way, but nobody loses a seat');
update data.booking as b set status = 'FAILED' where b.id = :b3;
select core.fit_seats(:slot, 3);
select is(pg_temp.seats(), '{"{[1,2),[3,4)}","{[2,3)}"}', 'part of a booking may give way');

select * from finish();
rollback;
