begin;
select plan(21);

\set get 'select api.get_booking(%s)'
\set get_with 'select api.get_booking(%s, %L)'
select
    tests.account() as ann,
    tests.account() as bob,
    tests.account(role => 'admin') as eve,
    tests.account(role => 'doctor') as sun,
    tests.account(role => 'doctor') as moon
\gset
select tests.doctor(account => :sun) as doctor, tests.doctor(account => :moon) as other \gset
select tests.slot(:doctor, capacity => 9) as slot \gset
select
    tests.booking(:slot, :ann) as anns,
    tests.booking(:slot, manage_token => 'right') as guests,
    tests.booking(:slot, manage_token => 'other') as other_guests
\gset

-- Strangers.
select tests.act_as('anon');
select tests.refusal_of(format(:'get', 0)) as nothing_there \gset
select is(
    :'nothing_there'::text,
    'PT404 booking_not_found There is no such booking, or it is not yours;'
    ' a guest sends the manage_token.',
    'a booking that does not exist is not found'
);
select is(
    tests.refusal_of(format(:'get', :anns)), :'nothing_there', 'nobody sees a patient''s booking'
);
select is(
    tests.refusal_of(format(:'get', :guests)), :'nothing_there', 'nor a guest''s without the token'
);
select is(
    tests.refusal_of(format(:'get_with', :guests, 'wrong')), :'nothing_there',
    'nor with a wrong one'
);
select is(
    tests.refusal_of(format(:'get_with', :guests, 'other')), :'nothing_there',
    'nor with that of another booking'
);
select is(
    tests.refusal_of(format(:'get_with', :anns, 'right')), :'nothing_there',
    'no token shows the booking of an account'
);
select tests.act_as('patient', :bob);
select is(
    tests.refusal_of(format(:'get', :anns)), :'nothing_there', 'another patient is a stranger'
);
select tests.act_as('doctor', :moon);
select is(
    tests.refusal_of(format(:'get', :anns)), :'nothing_there', 'another doctor is a stranger'
);

-- Others.
select tests.act_as_nobody();
select to_jsonb(b) as anns_shown from api.booking as b where b.id = :anns \gset
select to_jsonb(b) as guests_shown from api.booking as b where b.id = :guests \gset
select tests.act_as('anon');
select is(
    (select to_jsonb(b) from api.get_booking(:guests, 'right') as b), :'guests_shown'::jsonb,
    'the manage token shows a guest''s booking'
);
select tests.act_as('patient', :bob);
select is(
    (select b.id from api.get_booking(:guests, 'right') as b), :guests::bigint,
    'also to somebody who is logged in'
);
select tests.act_as('patient', :ann);
select is(
    (select to_jsonb(b) from api.get_booking(:anns) as b), :'anns_shown'::jsonb,
    'a patient sees her booking'
);
select tests.act_as('doctor', :sun);
select is(
    (select b.id from api.get_booking(:anns) as b), :anns::bigint, 'its doctor sees it'
);
select tests.act_as('admin', :eve);
select is((select b.id from api.get_booking(:anns) as b), :anns::bigint, 'an admin sees it');
select tests.act_as_nobody();
select is((select b.id from api.get_booking(:anns) as b), :anns::bigint, 'a DBA sees it');

-- A hold that has run out has failed, for every reader, before anybody has tidied up.
select tests.run_out(:anns);
select tests.act_as('patient', :ann);
select is(
    (select b.status || ' ' || b.payment_status from api.get_booking(:anns) as b), 'FAILED NONE',
    'a hold that has run out shows as failed, with nothing to pay'
);
select is(
    (select b.status::text from api.list_my_bookings() as b), 'FAILED',
    'in the patient''s list as well'
);
select tests.act_as('doctor', :sun);
select is(
    (select b.status::text from api.list_slot_bookings(:slot) as b where b.id = :anns), 'FAILED',
    'and in the doctor''s'
);
select is(
    (select b.id from api.list_bookings('{FAILED}') as b), :anns::bigint,
    'and where the failed are listed'
);
select tests.act_as_nobody();
select is(
    (select b.status::text from data.booking as b where b.id = :anns), 'PENDING',
    'the row itself was not tidied up for that'
);

-- Whose token is no good.
update data.account as a set status = 'PENDING_APPROVAL' where a.id = :ann;
select tests.act_as('patient', :ann);
select throws_ok(
    format(:'get', :anns), 'PT401', 'unauthenticated', 'an account that is not active sees nothing'
);
select throws_ok(
    format(:'get', 0), 'PT401', 'unauthenticated', 'and cannot find out which bookings exist'
);

select * from finish();
rollback;
