begin;
select plan(7);

create function tests.caller_doctor() returns bigint
language sql security definer set search_path = ''
as 'select core.caller_doctor()';

select tests.account('Ann') as ann, tests.account('Bob', 'doctor') as bob,
    tests.account('Cid', 'doctor') as cid, tests.account('Eve', 'admin') as eve \gset
select tests.doctor('Dr. Bob', account => :bob) as bobs_doctor,
    tests.doctor('Dr. Free') as free \gset

select tests.act_as('doctor', :bob);
select is(tests.caller_doctor(), :bobs_doctor::bigint,
    'an account acts as the doctor it belongs to');
select tests.act_as('doctor', :cid);
select is(tests.caller_doctor(), null, 'an account without a doctor acts as none');
select tests.act_as('patient', :ann);
select is(tests.caller_doctor(), null, 'a patient acts as no doctor');
select tests.act_as('anon');
select is(tests.caller_doctor(), null,
    'an anonymous caller acts as no doctor, not as one without account');
select tests.act_as('admin', :eve);
select is(tests.caller_doctor(), null, 'an admin is no doctor');
select tests.act_as('doctor');
select throws_ok('select tests.caller_doctor()', 'PT401', 'unauthenticated',
    'a doctor''s role without an account is nobody');

select tests.act_as_nobody();
update data.doctor set deleted_at = clock_timestamp() where id = :bobs_doctor;
select tests.act_as('doctor', :bob);
select is(tests.caller_doctor(), null, 'nobody acts as a deleted doctor');

select * from finish();
rollback;
