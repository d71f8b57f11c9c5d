begin;
select plan(31);

create function tests.caller_account() returns bigint
language sql security definer set search_path = ''
as 'select core.caller_account()';

-- Be a role with exactly these claims.
create function tests.claim(role text, claims text) returns void
language plpgsql set search_path = ''
as $$
begin
    perform set_config('request.jwt.claims', claim.claims, true);
    perform set_config('role', claim.role, true);
end;
$$;

select tests.account('Ann') as ann, tests.account('Bob', 'doctor') as bob,
    tests.account('Eve', 'admin') as eve,
    tests.account('Dan', 'doctor', 'PENDING_APPROVAL') as dan \gset

select tests.act_as('patient', :ann);
select is(tests.caller_account(), :ann::bigint, 'a patient has the account of the claim sub');
select tests.act_as('doctor', :bob);
select is(tests.caller_account(), :bob::bigint, 'so has a doctor');
select tests.act_as('admin', :eve);
select is(tests.caller_account(), :eve::bigint, 'so has an admin');
select tests.act_as('anon');
select is(tests.caller_account(), null, 'an anonymous caller has none');
select tests.act_as('anon', :ann);
select is(tests.caller_account(), null, 'an anonymous caller has none, whatever the claims');

select tests.act_as('admin', :ann);
select throws_ok('select tests.caller_account()', 'PT401', 'unauthenticated',
    'a patient''s account does not work as an admin');
select tests.act_as('doctor', :ann);
select throws_ok('select tests.caller_account()', 'PT401', 'unauthenticated',
    'a patient''s account does not work as a doctor');
select tests.act_as('patient', :bob);
select throws_ok('select tests.caller_account()', 'PT401', 'unauthenticated',
    'a doctor''s account does not work as a patient');
select tests.act_as('doctor', :dan);
select throws_ok('select tests.caller_account()', 'PT401', 'unauthenticated',
    'an account that waits for approval does not work');

select tests.act_as('patient');
select throws_ok('select tests.caller_account()', 'PT401', 'unauthenticated',
    'a patient without an account is nobody');
select tests.act_as('doctor');
select throws_ok('select tests.caller_account()', 'PT401', 'unauthenticated',
    'a doctor without an account is nobody');
select tests.act_as('admin');
select throws_ok('select tests.caller_account()', 'PT401', 'unauthenticated',
    'an admin''s role without an account is nobody');
select tests.claim('slotkeeper_admin', '');
select throws_ok('select tests.caller_account()', 'PT401', 'unauthenticated',
    'an admin''s role without claims is nobody');
select tests.claim('slotkeeper_patient', format('{"sub": "%s"}', 9e15::bigint));
select throws_ok('select tests.caller_account()', 'PT401', 'unauthenticated',
    'an account that does not exist is nobody');
select tests.claim('slotkeeper_patient', format('{"sub": "%s"}', repeat('9', 30)));
select throws_ok('select tests.caller_account()', 'PT401', 'unauthenticated',
    'a sub too large for an id is nobody');
select tests.claim('slotkeeper_patient', '{"sub": "-1"}');
select throws_ok('select tests.caller_account()', 'PT401', 'unauthenticated',
    'a negative sub is nobody');
select tests.claim('slotkeeper_patient', format('{"sub": "%s or true"}', :ann));
select throws_ok('select tests.caller_account()', 'PT401', 'unauthenticated',
    'a sub that is more than an id is nobody');
select tests.claim('slotkeeper_patient', '["sub"]');
select throws_ok('select tests.caller_account()', 'PT401', 'unauthenticated',
    'claims that are no object are nobody''s');

select tests.act_as_nobody();
select is(tests.caller_account(), null, 'a DBA needs no account');
select tests.claim('none', format('{"sub": "%s", "role": "patient"}', :ann));
select is(tests.caller_account(), null, 'claims that a DBA left behind make nobody of him');
select tests.claim('none', format('{"sub": "%s"}', :eve));
select is(tests.caller_account(), :eve::bigint, 'a DBA may act on behalf of an admin');
select tests.act_as_nobody();

set local session authorization slotkeeper_admin;
select throws_ok('select tests.caller_account()', 'PT401', 'unauthenticated',
    'a login as slotkeeper_admin without claims is nobody');
set local session authorization slotkeeper_patient;
select throws_ok('select tests.caller_account()', 'PT401', 'unauthenticated',
    'a login as slotkeeper_patient without claims is nobody');
reset session authorization;

create role tests_account_kiosk;
grant slotkeeper_patient to tests_account_kiosk;
select tests.claim('tests_account_kiosk', '');
select throws_ok('select tests.caller_account()', 'PT401', 'unauthenticated',
    'an own role granted slotkeeper_patient needs an account');
select tests.claim('tests_account_kiosk', format('{"sub": "%s"}', :eve));
select throws_ok('select tests.caller_account()', 'PT401', 'unauthenticated',
    'an own role granted slotkeeper_patient cannot be an admin');
select tests.claim('tests_account_kiosk', format('{"sub": "%s"}', :ann));
select is(tests.caller_account(), :ann::bigint,
    'an own role granted slotkeeper_patient can be a patient');

select tests.act_as_nobody();
select tests.account(role => 'admin') \g /dev/null
update data.account set status = 'PENDING_APPROVAL' where id = :eve;
select tests.act_as('admin', :eve);
select throws_ok('select tests.caller_account()', 'PT401', 'unauthenticated',
    'a token does not outlive the approval of its account');

select tests.act_as_nobody();
select tests.session(:ann) as session \gset
select tests.claim('slotkeeper_patient', format(
    '{"sub": "%s", "session_id": %s}', :ann, :session
));
select is(tests.caller_account(), :ann::bigint, 'a token comes from a login');
select tests.claim('slotkeeper_patient', format('{"sub": "%s", "session_id": 0}', :ann));
select throws_ok('select tests.caller_account()', 'PT401', 'unauthenticated', 'which there is');
select tests.act_as_nobody();
select tests.account() as cara \gset
select tests.claim('slotkeeper_patient', format(
    '{"sub": "%s", "session_id": %s}', :cara, :session
));
select throws_ok('select tests.caller_account()', 'PT401', 'unauthenticated',
    'and is one of that account');
select tests.act_as_nobody();
update data.session set revoked_at = clock_timestamp() where id = :session;
select tests.claim('slotkeeper_patient', format(
    '{"sub": "%s", "session_id": %s}', :ann, :session
));
select throws_ok('select tests.caller_account()', 'PT401', 'unauthenticated',
    'and it does not outlive it');

select * from finish();
rollback;
