-- Who waits for whom takes two connections; that is for the races in Python.
begin;
select plan(13);

select tests.account() as ann, tests.account() as bob, tests.doctor() as doctor \gset
select tests.slot(:doctor) as slot, tests.slot(:doctor) as other, tests.slot(:doctor) as third \gset
select
    tests.booking(:slot, manage_token => 'right') as booking,
    tests.booking(:other, :ann) as anns
\gset
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
    format('select core.lock_booking(%s, null, %s)', :booking, :third), 'unless it is named'
);
select results_eq(
    'select pg_temp.locked_slots()', array[:slot, :other, :third]::bigint[],
    'then it is locked as well'
);
select lives_ok(
    format('select core.lock_booking(%s, null, 0)', :booking),
    'a slot that does not exist is no matter here'
);

-- As the caller would be within an api function, whose owner may look into core.
create function pg_temp.lock(booking_id bigint, manage_token text default null) returns bigint
language sql security definer
as 'select l.id from core.lock_booking(booking_id, manage_token) as l';
select tests.act_as('anon');
select is(pg_temp.lock(:booking, 'right'), :booking::bigint, 'for who holds the manage token');
select tests.refusal_of('select pg_temp.lock(0, ''right'')') as nothing_there \gset
select is(
    :'nothing_there'::text,
    'PT404 booking_not_found There is no such booking, or it is not yours;'
    ' a guest sends the manage_token.',
    'what does not exist is not found'
);
select is(
    tests.refusal_of(format('select pg_temp.lock(%s, ''wrong'')', :booking)), :'nothing_there',
    'a stranger gets the same words'
);
select tests.act_as('patient', :ann);
select is(pg_temp.lock(:anns), :anns::bigint, 'for who booked');
select tests.act_as('patient', :bob);
select is(
    tests.refusal_of(format('select pg_temp.lock(%s)', :anns)), :'nothing_there', 'for nobody else'
);
select tests.act_as_nobody();
select results_eq(
    'select pg_temp.locked_bookings()', array[:booking, :anns]::bigint[],
    'what was allowed is locked'
);

select * from finish();
rollback;
