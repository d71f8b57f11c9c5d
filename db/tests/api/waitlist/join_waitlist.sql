begin;
select plan(29);

select
    tests.account(name => 'Ann', email => 'ann@example.com') as ann,
    tests.account(role => 'doctor') as sun, tests.account(role => 'doctor', name => 'Moon') as moon,
    tests.account(role => 'admin') as eve
\gset
select tests.doctor(name => 'Dr. Sun', account => :sun) as doctor \gset
select
    tests.slot(:doctor, capacity => 3) as slot,
    tests.slot(:doctor) as single,
    tests.slot(:doctor) as past,
    tests.slot(:doctor) as deleted,
    tests.slot(tests.doctor(listed => false)) as unlisted
\gset
select tests.booking(:slot, seats => 2, status => 'CONFIRMED') as b1, tests.booking(:slot) as b2,
    tests.booking(:single, status => 'CONFIRMED'), tests.booking(:past, status => 'CONFIRMED')
\gset
update data.slot as s set deleted_at = clock_timestamp() where s.id = :deleted;
select tests.move_slot(:past, clock_timestamp() - interval '1 minute');
\set join 'select api.join_waitlist(%s, %L, %L, %s)'

-- A guest.
select tests.act_as('anon');
select w.*, length(w.manage_token) as length
from api.join_waitlist(:slot, 'Bob', 'bob@example.com', 2) as w \gset bob_
select tests.act_as_nobody();
select results_eq(
    format('select w.slot_id, w.doctor_id, w.account_id, w.patient_name::text,
            w.patient_email::text, w.seats::integer, w.waiting, w.manage_token_hash::bytea
        from data.waitlist_entry as w where w.id = %s', :bob_id),
    format('select %s::bigint, %s::bigint, null::bigint, ''Bob'', ''bob@example.com'', 2, true,
        sha256(%L)', :slot, :doctor, :'bob_manage_token'),
    'a guest waits, with a token that is stored as a hash'
);
select is(:bob_length, 64, 'of 244 bits');
select row_eq(
    format('select %L, %s, %L', :'bob_status', :bob_position, :'bob_doctor_name'),
    row('WAITING'::text, 1, 'Dr. Sun'::text), 'the answer tells the place'
);

-- An account.
select tests.act_as('patient', :ann);
select w.*, w.manage_token is null as tokenless from api.join_waitlist(:slot) as w \gset ann_
select ok(:'ann_tokenless', 'who is logged in needs no token');
select row_eq(
    format('select %L, %L, %s', :'ann_patient_name', :'ann_patient_email', :ann_position),
    row('Ann'::text, 'ann@example.com'::text, 2),
    'nor to say who they are; the place is behind the other'
);
select throws_ok(
    format('select api.join_waitlist(%s)', :slot), 'PT409', 'already_waiting', 'once a slot'
);
select lives_ok(
    format(:'join', :single, 'Child', 'child@example.com', 1), 'and elsewhere for somebody else'
);

-- Who cannot.
select tests.act_as('anon');
select throws_ok(
    format(:'join', :slot, 'Bobby', 'BOB@example.com', 1), 'PT409', 'already_waiting',
    'a guest''s address waits once, too'
);
select throws_ok(
    format('select api.join_waitlist(%s, patient_name => ''Bob'')', :slot), 'PT400',
    'missing_parameter', 'a guest has an address'
);
select throws_ok(
    format('select api.join_waitlist(%s, patient_email => ''b@example.com'')', :slot), 'PT400',
    'missing_parameter', 'and a name'
);
select throws_ok(
    format(:'join', s.id, 'Cid', 'cid@example.com', 1), 'PT404', 'slot_not_found', s.what
)
from (
    values (0, 'no slot'), (:deleted, 'a deleted one'), (:unlisted, 'one that is not listed')
) as s (id, what);
select throws_ok(
    format(:'join', :past, 'Cid', 'cid@example.com', 1), 'PT409', 'slot_in_past',
    'one that has started'
);
select throws_ok(
    format(:'join', :slot, 'Cid', 'cid@example.com', 4), 'PT409', 'not_enough_seats',
    'more seats than it has'
);

-- Staff.
select tests.act_as('doctor', :sun);
select w.* from api.join_waitlist(:slot, 'Dan', 'dan@example.com') as w \gset dan_
select is(
    length(:'dan_manage_token'), 64, 'whom the doctor enters gets a token, as a guest does'
);
select throws_ok(
    format('select api.join_waitlist(%s)', :slot), 'PT400', 'missing_parameter',
    'the doctor''s own name is not the patient''s'
);
select tests.act_as_nobody();
select row_eq(
    format('select w.booked_by_id, w.booked_by_role from data.waitlist_entry as w where w.id = %s',
        :dan_id),
    row(:sun::bigint, 'doctor'::data.account_role), 'who entered somebody is kept'
);
select tests.act_as('doctor', :moon);
select w.* from api.join_waitlist(:slot) as w \gset moon_
select is(:'moon_patient_name', 'Moon'::text, 'another doctor is a patient here');
select tests.act_as('admin', :eve);
select lives_ok(format(:'join', :slot, 'Fay', 'fay@example.com', 1), 'an admin may enter somebody');

-- Full or not.
select tests.act_as_nobody();
select tests.run_out(:b2);
select tests.act_as('anon');
select w.* from api.join_waitlist(:slot, 'Gus', 'gus@example.com') as w \gset gus_
select is(:gus_position, 6, 'a hold that has run out belongs to those who wait');
select tests.act_as_nobody();
update data.waitlist_entry as w set ended_at = clock_timestamp();
select tests.act_as('anon');
select throws_ok(
    format(:'join', :slot, 'Hal', 'hal@example.com', 1), 'PT409', 'slot_has_seats',
    'where nobody waits it is free'
);
select lives_ok(
    format(:'join', :slot, 'Hal', 'hal@example.com', 2), 'one may wait for more than is free'
);
select is(
    (select w.position from api.get_waitlist_entry(:gus_id, :'gus_manage_token') as w), null,
    'who left has no place'
);

-- An offer.
select tests.act_as_nobody();
select core.release_bookings(array[:b1]::bigint[], 'CANCELLED', refund => true);
select core.offer_seats(array[:slot]);
select tests.booking(:slot);
select tests.act_as('anon');
select throws_ok(
    format(:'join', :slot, 'Hal', 'hal@example.com', 1), 'PT409', 'already_waiting',
    'who has an offer does not wait again'
);
select tests.act_as_nobody();
select tests.run_out((select w.booking_id from data.waitlist_entry as w where w.booking_id > 0));
select tests.act_as('anon');
select throws_ok(
    format(:'join', :slot, 'Hal', 'hal@example.com', 1), 'PT409', 'slot_has_seats',
    'once it has run out somebody books it'
);
select is(
    (select s.seats_available from api.get_slot(:slot) as s), 2, 'as the slot says, too'
);

-- A long list.
select tests.act_as_nobody();
select tests.slot(:doctor) as wanted \gset
select tests.booking(:wanted, status => 'CONFIRMED');
insert into data.waitlist_entry (
    slot_id, doctor_id, manage_token_hash, patient_name, patient_email
)
select :wanted, :doctor, core.hash_token(n::text), 'W', n || '@example.com'
from generate_series(1, 1000) as n;
select tests.act_as('anon');
select throws_ok(
    format(:'join', :wanted, 'Ivy', 'ivy@example.com', 1), 'PT409', 'waitlist_full',
    'no more than a thousand wait'
);
select tests.act_as_nobody();
update data.waitlist_entry as w set ended_at = clock_timestamp()
where w.slot_id = :wanted and w.patient_email = '7@example.com';
select tests.act_as('anon');
select lives_ok(
    format(:'join', :wanted, 'Ivy', 'ivy@example.com', 1), 'where one leaves another one may'
);

select * from finish();
rollback;
