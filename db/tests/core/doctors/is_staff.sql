begin;
select plan(10);

select
    tests.account() as ann,
    tests.account(role => 'doctor') as sun,
    tests.account(role => 'doctor') as moon,
    tests.account(role => 'clerk') as joe,
    tests.account(role => 'clerk', clinic => tests.clinic()) as kim,
    tests.account(role => 'admin') as eve
\gset
select tests.doctor(account => :sun) as doctor, tests.doctor(account => :moon) as other \gset
create function pg_temp.is_staff(doctor_id bigint) returns boolean
language sql security definer
return core.is_staff(doctor_id);

select tests.act_as('admin', :eve);
select ok(pg_temp.is_staff(:doctor), 'an admin is');
select tests.act_as('clerk', :joe);
select ok(pg_temp.is_staff(:doctor), 'a clerk of the clinic is');
select tests.act_as('clerk', :kim);
select ok(not pg_temp.is_staff(:doctor), 'a clerk of another clinic is not');
select tests.act_as('doctor', :sun);
select ok(pg_temp.is_staff(:doctor), 'the doctor is');
select ok(not pg_temp.is_staff(:other), 'but not of another doctor of the clinic');
select ok(not pg_temp.is_staff(0), 'nor of nobody');
select tests.act_as('patient', :ann);
select ok(not pg_temp.is_staff(:doctor), 'a patient is not');
select tests.act_as('anon');
select ok(not pg_temp.is_staff(:doctor), 'nor is anybody');
select tests.act_as_nobody();
update data.account as a set status = 'PENDING_APPROVAL' where a.id = :joe;
select tests.act_as('clerk', :joe);
select throws_ok(
    format('select pg_temp.is_staff(%s)', :doctor), 'PT401', 'unauthenticated',
    'an account that is not active is nobody'
);
select tests.act_as_nobody();
select ok(core.is_staff(:doctor), 'a DBA is');

select * from finish();
rollback;
