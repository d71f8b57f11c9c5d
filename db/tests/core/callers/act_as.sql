begin;
select plan(18);

create function tests.caller() returns text
language sql security definer set search_path = ''
as $$select concat_ws(' ', core.caller_role(), core.caller_account())$$;

select tests.account('Ann', email => 'ann@example.com') as ann,
    tests.account('Bob', 'doctor', email => 'bob@example.com') as bob,
    tests.account('Eve', 'admin', email => 'eve@example.com') as eve,
    tests.account('Dan', 'doctor', 'PENDING_APPROVAL', 'dan@example.com') as dan \gset
select tests.doctor('Dr. Bob', account => :bob) as doctor \gset
select tests.slot(:doctor) as slot \gset
select tests.booking(:slot) as guests_booking \gset

select is(tests.caller(), 'admin', 'a DBA starts as an admin without an account');
select is(
    core.act_as('ANN@example.com'), 'You are Ann (patient) until you say: discard all;',
    'acting as somebody tells who one is, whatever the case of the address'
);
select is(tests.caller(), 'patient ' || :ann, 'the DBA is the patient from then on');
select is(current_user, 'slotkeeper_patient', 'with the patient''s role');
select is((select id from api.me()), :ann::bigint, 'api functions see the patient');
select throws_ok('select api.list_accounts()', '42501', null, 'the rights of an admin are gone');
select throws_ok('select * from data.account', '42501', null, 'so are those of a superuser');
select throws_ok(
    format('select api.get_booking(%s)', :guests_booking), 'PT404', 'booking_not_found',
    'the bookings of others are out of sight'
);

reset role;
select is(tests.caller(), 'admin', 'reset role makes a DBA without an account of the DBA again');
select lives_ok(
    format('select api.get_booking(%s)', :guests_booking), 'who sees every booking again'
);

-- What is set for the transaction alone would end with this function; what is set for the session
-- outlasts it.
create function tests.act_in_session(email text) returns text
language sql set "request.jwt.claims" = '' set role = 'none'
as 'select core.act_as(email)';
select tests.act_in_session('bob@example.com') is null as ignored \gset
select is(
    tests.caller(), 'doctor ' || :bob, 'a DBA may act as a doctor, not for one transaction only'
);
reset role;
select core.act_as('eve@example.com') is null as ignored \gset
select is(tests.caller(), 'admin ' || :eve, 'a DBA may act as an admin');
reset role;
select is(tests.caller(), 'admin', 'reset role ends that, too');
select core.act_as('dan@example.com') is null as ignored \gset
select throws_ok('select api.me()', 'PT401', 'unauthenticated',
    'acting as an account that waits for approval gains nothing');
reset role;
select throws_ok($$select core.act_as('nobody@example.com')$$, 'PT404', 'account_not_found',
    'an unknown address is refused');
select is(current_user, session_user, 'and changes nothing');

select tests.act_as('patient', :ann);
select throws_ok($$select core.act_as('eve@example.com')$$, '42501', null,
    'a patient cannot act as anybody else');
select tests.act_as('admin', :eve);
select throws_ok($$select core.act_as('ann@example.com')$$, '42501', null, 'nor can an admin');

select * from finish();
rollback;
