begin;
select plan(15);

select
    tests.account() as ann, tests.account() as bob, tests.account(role => 'doctor') as sun,
    tests.account(role => 'doctor') as moon
\gset
select tests.doctor(account => :sun) as doctor, tests.doctor(account => :moon) as moons \gset
select tests.slot(:doctor, capacity => 9) as slot \gset
select
    tests.booking(:slot, manage_token => 'right') as guests,
    tests.booking(:slot, status => 'COMPLETED', manage_token => 'right') as over,
    tests.booking(:slot, :bob) as bobs,
    tests.booking(:slot, manage_token => 'right') as moons_booking
\gset
\set claim 'select api.claim_booking(%s, %L)'

select tests.act_as('patient', :ann);
select throws_ok(
    format(:'claim', :guests, 'wrong'), 'PT404', 'booking_not_found', 'not with another token'
);
select throws_ok(
    format(:'claim', :bobs, 'right'), 'PT404', 'booking_not_found', 'not somebody''s booking'
);
select throws_ok(format(:'claim', 0, 'right'), 'PT404', 'booking_not_found', 'nor none');
select is(
    (select b.id from api.claim_booking(:guests, 'right') as b), :guests::bigint,
    'whoever is logged in and has the token gets the booking'
);
select is(
    (select array_agg(b.id) from api.list_my_bookings() as b), array[:guests]::bigint[],
    'which is one''s own from then on'
);
select is(
    (select b.status::text from api.cancel_booking(:guests) as b), 'CANCELLED',
    'to cancel without a token'
);
select is(
    (select b.id from api.claim_booking(:guests, 'right') as b), :guests::bigint,
    'claimed again it stays one''s own'
);
select is(
    (select b.status::text from api.claim_booking(:over, 'right') as b), 'COMPLETED',
    'what is over can be claimed, too'
);
select tests.act_as('anon');
select throws_ok(
    format('select api.get_booking(%s, ''right'')', :guests), 'PT404', 'booking_not_found',
    'the token has ended'
);
select throws_ok(
    format(:'claim', :moons_booking, 'right'), '42501', null, 'who is not logged in claims nothing'
);
select tests.act_as('patient', :bob);
select throws_ok(
    format(:'claim', :guests, 'right'), 'PT404', 'booking_not_found', 'nor can somebody else'
);
select tests.act_as('doctor', :sun);
select throws_ok(
    format(:'claim', :moons_booking, 'right'), 'PT403', 'forbidden',
    'staff claims no patient''s booking'
);
select tests.act_as('doctor', :moon);
select is(
    (select b.id from api.claim_booking(:moons_booking, 'right') as b), :moons_booking::bigint,
    'a doctor is a patient at another doctor''s'
);
select tests.act_as_nobody();
select is(
    (select array_agg(b.account_id order by b.id) from data.booking as b where b.slot_id = :slot),
    array[:ann, :ann, :bob, :moon]::bigint[], 'each belongs to who claimed or made it'
);
select throws_ok(
    format(:'claim', :bobs, 'right'), 'PT403', 'forbidden', 'a DBA without an account claims none'
);

select * from finish();
rollback;
