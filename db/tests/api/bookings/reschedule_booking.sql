begin;
select plan(45);

\set move 'select api.reschedule_booking(%s, %s)'
\set move_with 'select api.reschedule_booking(%s, %s, %L)'
select
    tests.account() as ann,
    tests.account() as bob,
    tests.account(role => 'admin') as eve,
    tests.account(role => 'doctor') as sun,
    tests.account(role => 'doctor') as moon
\gset
select tests.doctor(account => :sun) as doctor, tests.doctor(account => :moon) as other \gset
select
    tests.slot(:doctor, capacity => 9) as slot,
    tests.slot(:doctor, capacity => 9) as target,
    tests.slot(:other) as others_slot
\gset

-- Strangers.
select
    tests.booking(:slot, :ann) as anns,
    tests.booking(:slot, manage_token => 'right') as guests,
    tests.booking(:slot, manage_token => 'other') as other_guests,
    tests.booking(:slot, :sun) as suns
\gset
select tests.act_as('anon');
select tests.refusal_of(format(:'move', 0, :target)) as nothing_there \gset
select is(
    :'nothing_there'::text,
    'PT404 booking_not_found There is no such booking, or it is not yours;'
    ' a guest sends the manage_token.',
    'a booking that does not exist is not found'
);
select is(
    tests.refusal_of(format(:'move', :anns, :target)), :'nothing_there', 'nobody moves a patient''s'
);
select is(
    tests.refusal_of(format(:'move', :guests, :target)), :'nothing_there',
    'nor a guest''s without token'
);
select is(
    tests.refusal_of(format(:'move_with', :guests, :target, 'wrong')), :'nothing_there',
    'nor with a wrong one'
);
select is(
    tests.refusal_of(format(:'move_with', :guests, :target, 'other')), :'nothing_there',
    'nor with that of another booking'
);
select is(
    tests.refusal_of(format(:'move_with', :anns, :target, 'right')), :'nothing_there',
    'no token moves the booking of an account'
);
select tests.act_as('patient', :bob);
select is(
    tests.refusal_of(format(:'move', :anns, :target)), :'nothing_there',
    'another patient is a stranger'
);
select tests.act_as('doctor', :moon);
select is(
    tests.refusal_of(format(:'move', :anns, :target)), :'nothing_there',
    'another doctor is a stranger'
);

-- Staff may move it.
select tests.act_as('doctor', :sun);
select is(
    tests.refusal_of(format(:'move', :anns, :target)), null, 'its doctor moves a patient''s booking'
);
select tests.act_as('clerk', tests.account(role => 'clerk'));
select is(
    tests.refusal_of(format(:'move', :anns, :target)), null, 'a clerk of the clinic does, too'
);
select tests.act_as('clerk', tests.account(role => 'clerk', clinic => tests.clinic()));
select is(
    tests.refusal_of(format(:'move', :anns, :target)), :'nothing_there',
    'a clerk of another clinic is a stranger'
);
select tests.act_as('doctor', :sun);
select is(
    (select b.slot_id from api.reschedule_booking(:suns, :target) as b), :target::bigint,
    'a doctor moves what that account booked'
);

-- What moves and what stays.
select tests.act_as_nobody();
select to_jsonb(b) as before from api.booking as b where b.id = :anns \gset
update data.doctor as d set consultation_fee = 99 where d.id = :doctor;
select tests.act_as('patient', :ann);
select to_jsonb(b) as same from api.reschedule_booking(:anns, :slot) as b \gset
select is(:'same'::jsonb, :'before'::jsonb, 'to the same slot: nothing changes');
select to_jsonb(b) as after from api.reschedule_booking(:anns, :target) as b \gset
select tests.act_as_nobody();
select is(
    :'after'::jsonb - '{slot_id,start_time,end_time}'::text[],
    :'before'::jsonb - '{slot_id,start_time,end_time}'::text[],
    'id, price and the end of the hold stay'
);
select is(
    :'after'::jsonb, (select to_jsonb(b) from api.booking as b where b.id = :anns),
    'the answer is what the view shows'
);
select results_eq(
    format('select b.slot_id, b.start_time from api.booking as b where b.id = %s', :anns),
    format('select s.id, s.start_time from data.slot as s where s.id = %s', :target),
    'it is at the new slot now'
);
select results_eq(
    format('select s.seats_available from api.slot as s where s.id in (%s, %s)
        order by s.id', :slot, :target),
    array[7, 7], 'the old seat is free and the new one taken'
);
select tests.act_as('anon');
select is(
    (select b.slot_id from api.reschedule_booking(:guests, :target, 'right') as b), :target::bigint,
    'the manage token moves a guest''s booking'
);
select tests.act_as('admin', :eve);
select is(
    (select b.slot_id from api.reschedule_booking(:other_guests, :target) as b), :target::bigint,
    'an admin moves any'
);
select tests.act_as_nobody();
select tests.slot(:doctor, capacity => 2) as s1, tests.slot(:doctor, capacity => 3) as s2 \gset
select tests.booking(:s1, :ann, seats => 2, status => 'CONFIRMED') as paid \gset
select tests.booking(:s2) as first_there \gset
select tests.booking(:s2) as second_there \gset
select to_jsonb(b) as paid_before from api.booking as b where b.id = :paid \gset
select api.cancel_booking(:first_there);
select tests.act_as('patient', :ann);
select to_jsonb(b) as paid_after from api.reschedule_booking(:paid, :s2) as b \gset
select tests.act_as_nobody();
select is(
    :'paid_after'::jsonb - '{slot_id,start_time,end_time}'::text[],
    :'paid_before'::jsonb - '{slot_id,start_time,end_time}'::text[], 'a paid booking stays paid'
);
select is(
    (select b.seats::text || b.slot_capacity from data.booking as b where b.id = :paid),
    '{[1,2),[3,4)}3',
    'it takes the seats that are free there'
);
select tests.act_as('patient', :ann);
select is(
    (select to_jsonb(b) from api.reschedule_booking(:paid, :s2) as b), :'paid_after'::jsonb,
    'to the same slot it moves also where no seat is free'
);
select tests.act_as_nobody();

-- Where it cannot go.
select
    tests.slot(:doctor) as full_slot,
    tests.slot(:doctor, capacity => 2) as narrow,
    tests.slot(:doctor) as deleted,
    tests.slot(:doctor, clock_timestamp() - interval '1 minute') as past
\gset
select tests.booking(:full_slot, status => 'CONFIRMED'), tests.booking(:narrow);
select
    tests.booking(:past, :ann, status => 'CONFIRMED') as started,
    tests.slot(:doctor) as free_slot
\gset
update data.slot as s set deleted_at = clock_timestamp() where s.id = :deleted;
select tests.act_as('patient', :ann);
select throws_ok(
    format(:'move', :anns, :others_slot), 'PT409', 'different_doctor', 'not to another doctor'
);
select throws_ok(format(:'move', :anns, 0), 'PT404', 'slot_not_found', 'not to no slot');
select throws_ok(
    format(:'move', :anns, :deleted), 'PT404', 'slot_not_found', 'not to a deleted slot'
);
select throws_ok(format(:'move', :anns, :past), 'PT409', 'slot_in_past', 'not into the past');
select throws_ok(
    format(:'move', :started, :free_slot), 'PT409', 'slot_in_past', 'not out of the past'
);
select throws_ok(
    format(:'move', :started, :past), 'PT409', 'slot_in_past', 'not even to where it is'
);
select throws_ok(format(:'move', :anns, :full_slot), 'PT409', 'slot_taken', 'not to a full slot');
select throws_ok(
    format(:'move', :paid, :narrow), 'PT409', 'not_enough_seats',
    'not to a slot with too few free seats'
);
select tests.act_as_nobody();
select is(
    (select b.slot_id from data.booking as b where b.id = :anns), :target::bigint,
    'refused, it stays where it was'
);

-- Only what is live.
select tests.booking(:slot, :ann) as run_out, tests.booking(:slot, :ann) as declined \gset
update data.setting as s set simulated_payments = true;
select tests.run_out(:run_out), api.simulate_payment(:declined, false);
select tests.act_as('patient', :ann);
select throws_ok(
    format(:'move', :run_out, :target), 'PT409', 'booking_expired',
    'hole 3: a hold that has run out does not move before it was tidied up'
);
select throws_ok(
    format(:'move', :run_out, :slot), 'PT409', 'booking_expired', 'not even to where it is'
);
select tests.act_as_nobody();
select tests.do_due_work();
select tests.act_as('patient', :ann);
select throws_ok(
    format(:'move', :run_out, :target), 'PT409', 'booking_expired', 'hole 3: nor after'
);
select throws_ok(
    format(:'move', :declined, :target), 'PT409', 'booking_not_active',
    'a declined one does not move'
);
select tests.act_as_nobody();
select is_empty(
    format(
        $$select s.status
        from (values ('CHECKED_IN'), ('COMPLETED'), ('NO_SHOW'), ('CANCELLED')) as s (status)
        where coalesce(
            tests.refusal_of(format(%L, tests.booking(%s, status => s.status), %s)), 'passed'
        ) not like 'PT409 booking_not_active %%'$$,
        :'move', :slot, :target
    ),
    'nor does what has ended or begun'
);

-- Whose token is no good.
update data.account as a set status = 'PENDING_APPROVAL' where a.id = :ann;
select tests.act_as('patient', :ann);
select throws_ok(
    format(:'move', :anns, :slot), 'PT401', 'unauthenticated',
    'an account that is not active moves nothing'
);

-- Times of one owner that overlap.
select tests.act_as_nobody();
select tests.doctor(clinic => tests.clinic()) as strict, tests.doctor() as elsewhere \gset
update data.clinic as c set overlap_allowed = false
from data.doctor as d where d.id = :strict and d.clinic_id = c.id;
select
    tests.slot(:strict, date_trunc('hour', clock_timestamp()) + interval '5 hours') as five,
    tests.slot(:strict, date_trunc('hour', clock_timestamp()) + interval '6 hours') as six,
    tests.slot(:strict, date_trunc('hour', clock_timestamp()) + interval '7 hours') as late,
    tests.slot(:elsewhere, date_trunc('hour', clock_timestamp()) + interval '6 hours') as same_time
\gset
select
    tests.booking(:five, patient_email => 'two@example.com') as to_move,
    tests.booking(:same_time, patient_email => 'two@example.com')
\gset
select tests.act_as('anon');
select throws_ok(
    format(
        'select api.reschedule_booking(%s, %s, %L)', :to_move, :six, 'the manage token of a test'
    ),
    'PT409', 'overlaps_own_booking', 'nobody moves to where they are busy, if the clinic minds'
);
select is(
    (select b.slot_id from api.reschedule_booking(:to_move, :late, 'the manage token of a test')
        as b),
    :late::bigint, 'but to any other time'
);
select tests.act_as_nobody();

-- The policies of the clinic hold where it goes, not where it leaves.
select tests.clinic() as strict, tests.account() as cal \gset
update data.clinic as c set booking_notice_minutes = 60, booking_horizon_days = 2
where c.id = :strict;
select tests.doctor(clinic => :strict, account => tests.account(role => 'doctor')) as careful \gset
select
    tests.slot(:careful, clock_timestamp() + interval '59 minutes', 1) as soon,
    tests.slot(:careful, clock_timestamp() + interval '61 minutes', 1) as next,
    tests.slot(:careful, clock_timestamp() + interval '49 hours', 1) as late,
    tests.slot(:careful, clock_timestamp() + interval '47 hours', 1) as last
\gset
select tests.booking(:next, :cal) as bound \gset
select tests.act_as('patient', :cal);
select throws_ok(
    format(:'move', :bound, :soon), 'PT409', 'outside_booking_window', 'not within the notice'
);
select throws_ok(
    format(:'move', :bound, :late), 'PT409', 'outside_booking_window', 'nor beyond the horizon'
);
select is(tests.refusal_of(format(:'move', :bound, :last)), null, 'but up to it');
select tests.act_as('admin', :eve);
select is(
    (select b.slot_id from api.reschedule_booking(:bound, :soon) as b), :soon::bigint,
    'staff is not bound by them'
);
select tests.act_as('patient', :cal);
select is(
    tests.refusal_of(format(:'move', :bound, :soon)), null,
    'to the same slot nothing moves, however soon it is'
);
select tests.act_as_nobody();

-- An offer.
select tests.slot(:doctor) as offered \gset
select
    tests.booking(:offered, hold => '7 days') as offer, tests.waitlist_entry(:offered) as waited,
    tests.slot(:doctor, clock_timestamp() + interval '1 hour') as earlier
\gset
update data.waitlist_entry as w set booking_id = :offer where w.id = :waited;
select ok(
    (select b.expires_at = b.start_time from api.reschedule_booking(:offer, :earlier) as b),
    'an offer that is moved lasts no longer than until the start'
);

select * from finish();
rollback;
