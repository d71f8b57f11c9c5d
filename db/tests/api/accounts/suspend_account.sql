begin;
select plan(25);

select tests.account('Ann', email => 'ann@example.com') as ann,
    tests.account(role => 'admin') as eve,
    tests.account(role => 'admin') as max,
    tests.account(role => 'doctor') as sun,
    tests.account(role => 'doctor', status => 'PENDING_APPROVAL') as dan,
    tests.account(role => 'doctor', status => 'REJECTED') as rex \gset
select tests.doctor(account => :sun) as doctor, tests.doctor() as other \gset
select tests.slot(:doctor) as slot, tests.slot(:doctor, now() + interval '2 days') as next_slot,
    tests.slot(:other) as other_slot \gset
select tests.booking(:slot, :ann, status => 'CONFIRMED') as booking \gset
select tests.session(:sun) as session \gset
select core.make_account_token(:sun, 'RESET', 'sun@example.com') \g /dev/null
\set suspend 'select a.status::text from api.suspend_account(%s) as a'

select tests.act_as('admin', :eve);
select results_eq(format(:'suspend', :sun), array['SUSPENDED'], 'an admin suspends a doctor');
select results_eq(format(:'suspend', :sun), array['SUSPENDED'], 'twice, too');
select throws_ok(format(:'suspend', c.account), 'PT' || c.status, c.code, c.sentence)
from (
    values
    (:dan::text, 409, 'account_not_active', 'who waits is approved or rejected'),
    (:rex::text, 409, 'account_not_active', 'who was rejected is out already'),
    ('0', 404, 'account_not_found', 'as is nobody'),
    ('null', 404, 'account_not_found', 'and null')
) as c (account, status, code, sentence);
select throws_ok(
    format('select api.approve_account(%s)', :sun), 'PT409', 'account_not_pending',
    'an approval is for who waits'
);
select tests.act_as_nobody();
select isnt(
    (select s.revoked_at from data.session as s where s.id = :session), null, 'the logins end'
);
select is_empty('select from data.account_token', 'what was mailed is worth nothing any more');
select tests.act_as('doctor', :sun);
select throws_ok(
    'select api.me()', 'PT401', 'unauthenticated', 'the tokens that are there are refused at once'
);

-- What is offered of the doctor.
select tests.act_as('anon');
select results_eq(
    'select s.id from api.list_slots(available => false) as s', array[:other_slot]::bigint[],
    'no slots of the doctor'
);
select is_empty(
    format('select from api.list_slots(doctor_id => %s, available => false)', :doctor),
    'not where one asks for them'
);
select is_empty(format('select from api.list_doctor_slots(%s)', :doctor), 'in no list');
select throws_ok(
    format('select api.get_slot(%s)', :next_slot), 'PT404', 'slot_not_found', 'nor by itself'
);
select throws_ok(
    format('select api.book_slot(%s, ''Bob'', ''bob@example.com'')', :next_slot), 'PT404',
    'slot_not_found', 'none can be booked'
);
select throws_ok(
    format('select api.join_waitlist(%s, ''Bob'', ''bob@example.com'')', :slot), 'PT404',
    'slot_not_found', 'nor waited for'
);
select lives_ok(format('select api.get_doctor(%s)', :doctor), 'the doctor is there');
select tests.act_as('patient', :ann);
select is(
    (select b.status::text from api.get_booking(:booking) as b), 'CONFIRMED',
    'a booking that was made stays'
);
select throws_ok(
    format('select api.reschedule_booking(%s, %s)', :booking, :next_slot), 'PT404',
    'slot_not_found', 'where it is'
);
select lives_ok(
    format('select api.reschedule_booking(%s, %s)', :booking, :slot), 'staying is no move'
);
select tests.act_as_nobody();
select tests.waitlist_entry(:slot) as entry \gset
select tests.act_as('patient', :ann);
select is(
    (select b.status::text from api.cancel_booking(:booking) as b), 'CANCELLED',
    'it can be cancelled'
);
select tests.act_as_nobody();
select is(
    (select w.booking_id from data.waitlist_entry as w where w.id = :entry), null,
    'and is offered to nobody'
);

select tests.act_as('admin', :eve);
select results_eq(format(:'suspend', :max), array['SUSPENDED'], 'an admin may go');
select throws_ok(format(:'suspend', :eve), 'PT409', 'last_admin', 'but not the last one');
select tests.act_as('patient', :ann);
select throws_ok(format(:'suspend', :sun), '42501', null, 'only admins do that');

select * from finish();
rollback;
