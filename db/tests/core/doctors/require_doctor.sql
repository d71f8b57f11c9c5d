begin;
select plan(14);

create function tests.require_doctor(doctor_id bigint) returns void
language sql security definer set search_path = ''
as 'select core.require_doctor(doctor_id)';

select tests.account('Ann') as ann, tests.account('Bob', 'doctor') as bob,
    tests.account('Cid', 'doctor') as cid, tests.account('Eve', 'admin') as eve,
    tests.account('Fay', 'doctor') as fay \gset
select tests.doctor('Dr. Bob', account => :bob) as doctor, tests.doctor('Dr. Free') as free,
    tests.doctor('Dr. Fay', account => :fay, listed => false) as unlisted,
    tests.doctor('Dr. Gone') as gone \gset
update data.doctor set deleted_at = clock_timestamp() where id = :gone;

select tests.act_as('admin', :eve);
select lives_ok(format('select tests.require_doctor(%s)', :doctor), 'an admin acts for any doctor');
select lives_ok(
    format('select tests.require_doctor(%s)', :free),
    'an admin acts for a doctor without an account'
);
select throws_ok(format('select tests.require_doctor(%s)', :unlisted), 'PT404', 'doctor_not_found',
    'nobody acts for a doctor who waits for approval');
select throws_ok(format('select tests.require_doctor(%s)', :gone), 'PT404', 'doctor_not_found',
    'nobody acts for a deleted doctor');
select throws_ok('select tests.require_doctor(-1)', 'PT404', 'doctor_not_found',
    'nobody acts for a doctor who does not exist');
select throws_ok('select tests.require_doctor(null)', 'PT404', 'doctor_not_found',
    'nobody acts for no doctor');

select tests.act_as('doctor', :bob);
select lives_ok(format('select tests.require_doctor(%s)', :doctor), 'a doctor acts for himself');
select throws_ok(format('select tests.require_doctor(%s)', :free), 'PT404', 'doctor_not_found',
    'a doctor does not act for another');
select tests.act_as('doctor', :cid);
select throws_ok(format('select tests.require_doctor(%s)', :free), 'PT404', 'doctor_not_found',
    'an account without a doctor does not act for a doctor without an account');
select tests.act_as('doctor', :fay);
select throws_ok(format('select tests.require_doctor(%s)', :unlisted), 'PT404', 'doctor_not_found',
    'a doctor who is not listed does not act for himself either');
select tests.act_as('patient', :ann);
select throws_ok(format('select tests.require_doctor(%s)', :doctor), 'PT404', 'doctor_not_found',
    'a patient acts for no doctor');
select tests.act_as('anon');
select throws_ok(format('select tests.require_doctor(%s)', :free), 'PT404', 'doctor_not_found',
    'an anonymous caller acts for no doctor');
select tests.act_as('doctor');
select throws_ok(format('select tests.require_doctor(%s)', :doctor), 'PT401', 'unauthenticated',
    'a doctor''s role without an account is nobody');

select tests.act_as_nobody();
select lives_ok(format('select core.require_doctor(%s)', :doctor), 'a DBA acts for any doctor');

select * from finish();
rollback;
