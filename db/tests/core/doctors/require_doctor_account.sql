begin;
select plan(6);

select tests.account('Ann') as ann, tests.account('Bob', 'doctor') as bob,
    tests.account('Dan', 'doctor', 'PENDING_APPROVAL') as dan,
    tests.account('Eve', 'admin') as eve \gset

select lives_ok(format('select core.require_doctor_account(%s)', :bob),
    'a doctor''s account passes');
select lives_ok(
    format('select core.require_doctor_account(%s)', :dan), 'so does one that waits for approval'
);
select lives_ok('select core.require_doctor_account(null)', 'so does none');
select throws_ok(format('select core.require_doctor_account(%s)', :ann),
    'PT404', 'account_not_found', 'a patient''s account does not pass');
select throws_ok(format('select core.require_doctor_account(%s)', :eve),
    'PT404', 'account_not_found', 'an admin''s account does not pass');
select throws_ok('select core.require_doctor_account(-1)', 'PT404', 'account_not_found',
    'an unknown account does not pass');

select * from finish();
rollback;
