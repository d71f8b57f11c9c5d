begin;
select plan(6);

select
    tests.account() as ann,
    tests.account(role => 'doctor') as sun,
    tests.account(role => 'doctor') as moon,
    tests.account(role => 'clerk') as joe
\gset
select tests.slot(tests.doctor(account => :sun), capacity => 9) as slot \gset
select tests.booking(:slot, :ann) as anns, tests.booking(:slot, :moon) as moons \gset
create function pg_temp.try(booking_id bigint) returns void
language sql security definer
as $$select core.require_staff(booking_id)$$;

select tests.act_as('doctor', :sun);
select lives_ok(format('select pg_temp.try(%s)', :anns), 'the doctor passes');
select tests.act_as('clerk', :joe);
select lives_ok(format('select pg_temp.try(%s)', :anns), 'so does a clerk');
select throws_ok('select pg_temp.try(0)', 'PT404', 'booking_not_found', 'but for no booking');
select tests.act_as('patient', :ann);
select throws_ok(
    format('select pg_temp.try(%s)', :anns), 'PT403', 'forbidden', 'the owner is told why not'
);
select tests.act_as('doctor', :moon);
select throws_ok(
    format('select pg_temp.try(%s)', :moons), 'PT403', 'forbidden',
    'also one who is another doctor'
);
select throws_ok(
    format('select pg_temp.try(%s)', :anns), 'PT404', 'booking_not_found',
    'to whom others'' bookings do not exist'
);

select * from finish();
rollback;
