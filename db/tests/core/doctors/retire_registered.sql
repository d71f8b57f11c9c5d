begin;
select plan(8);

select tests.account(role => 'doctor') as bob, tests.account(role => 'doctor') as cid,
    tests.account(role => 'doctor') as dan \gset
select tests.doctor(account => :bob) as made, tests.doctor(account => :cid) as registered,
    tests.doctor(account => :dan) as booked \gset
update data.doctor as d set registered = true where d.id in (:registered, :booked);
select tests.slot(:registered) as slot, tests.slot(:booked) as sold,
    tests.slot(:registered, clock_timestamp() - interval '1 day') as past \gset
select tests.booking(:sold, status => 'CANCELLED');
create function pg_temp.stands(doctor bigint) returns boolean
language sql
as $$
select d.deleted_at is null and d.account_id is not null from data.doctor as d where d.id = doctor
$$;

select lives_ok(format('select core.retire_registered(%s)', :bob), 'whom an admin made');
select is(pg_temp.stands(:made), true, 'stays');
select lives_ok(format('select core.retire_registered(%s)', :cid), 'who registered');
select is(pg_temp.stands(:registered), false, 'goes');
select is((select s.open from data.slot as s where s.id = :slot), false, 'coming slots, too');
select is((select s.open from data.slot as s where s.id = :past), true, 'past ones are history');
select throws_ok(format('select core.retire_registered(%s)', :dan), 'PT409', 'doctor_has_bookings',
    'who was ever booked is history, too');
select lives_ok('select core.retire_registered(null)', 'no account, nobody');

select * from finish();
rollback;
