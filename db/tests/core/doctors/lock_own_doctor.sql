begin;
select plan(7);

create function tests.lock_own_doctor(doctor_id bigint) returns bigint
language sql security definer set search_path = ''
as 'select core.lock_own_doctor(doctor_id)';

select tests.account(role => 'doctor') as bob, tests.account(role => 'doctor') as dan,
    tests.account(role => 'admin') as eve, tests.account(role => 'clerk') as cleo \gset
select tests.doctor(account => :bob) as doctor, tests.doctor() as other \gset

select tests.act_as('doctor', :bob);
select is(tests.lock_own_doctor(null), :doctor::bigint, 'a doctor who names none is meant');
select is(tests.lock_own_doctor(:doctor), :doctor::bigint, 'who may be named');
select throws_ok(
    format('select tests.lock_own_doctor(%s)', :other), 'PT404', 'doctor_not_found',
    'another one may not'
);
select tests.act_as('doctor', :dan);
select throws_ok(
    'select tests.lock_own_doctor(null)', 'PT404', 'doctor_not_found', 'who is no doctor has none'
);
select tests.act_as('admin', :eve);
select throws_ok(
    'select tests.lock_own_doctor(null)', 'PT400', 'missing_parameter', 'an admin says whose'
);
select is(tests.lock_own_doctor(:other), :other::bigint, 'and may name any');
select tests.act_as('clerk', :cleo);
select throws_ok(
    format('select tests.lock_own_doctor(%s)', :other), 'PT404', 'doctor_not_found',
    'schedules are no business of clerks'
);

select * from finish();
rollback;
