-- Who waits for whom takes two connections; that is for the races in Python.
begin;
select plan(8);

select tests.account() as ann, tests.doctor() as doctor \gset
select tests.slot(:doctor) as slot, tests.slot(:doctor) as other, tests.slot(:doctor) as third \gset
select tests.booking(:slot) as booking, tests.booking(:other, :ann) as anns \gset
-- A row that is locked, or was written over, carries the number of the transaction.
create function pg_temp.locked_slots() returns setof bigint
language sql
as 'select s.id from data.slot as s where s.xmax <> ''0'' order by s.id';
create function pg_temp.locked_bookings() returns setof bigint
language sql
as 'select b.id from data.booking as b where b.xmax <> ''0'' order by b.id';

select is_empty('select pg_temp.locked_bookings()', 'no booking is locked yet');
select is(
    (select to_jsonb(l) from core.lock_booking(:booking) as l),
    (select to_jsonb(b) from data.booking as b where b.id = :booking), 'it returns the row'
);
select results_eq(
    'select pg_temp.locked_bookings()', array[:booking]::bigint[], 'locked, and no other'
);
select isnt(
    (select array_agg(l) from pg_temp.locked_slots() as l), array[:slot, :other, :third]::bigint[],
    'the third slot is not locked'
);
select lives_ok(
    format('select core.lock_booking(%s, %s)', :booking, :third), 'unless it is named'
);
select results_eq(
    'select pg_temp.locked_slots()', array[:slot, :other, :third]::bigint[],
    'then it is locked as well'
);
select lives_ok(
    format('select core.lock_booking(%s, 0)', :booking),
    'a slot that does not exist is no matter here'
);
select core.lock_booking(:anns);
select results_eq(
    'select pg_temp.locked_bookings()', array[:booking, :anns]::bigint[], 'each stays locked'
);

select * from finish();
rollback;
