begin;
select plan(49);

\set cancel 'select api.cancel_booking(%s)'
\set cancel_with 'select api.cancel_booking(%s, %L)'
select
    tests.account() as ann,
    tests.account() as bob,
    tests.account(role => 'admin') as eve,
    tests.account(role => 'doctor') as sun,
    tests.account(role => 'doctor') as moon
\gset
select tests.clinic(cancellation_notice_hours => 24) as clinic \gset
select
    tests.doctor(clinic => :clinic, account => :sun) as doctor,
    tests.doctor(account => :moon) as other
\gset
select
    clock_timestamp() + interval '3 days' as far,
    clock_timestamp() + interval '3 hours' as near
\gset
select
    tests.slot(:doctor, :'far', capacity => 9) as far_slot,
    tests.slot(:doctor, :'near', capacity => 9) as near_slot,
    tests.slot(:doctor, clock_timestamp() - interval '1 minute', capacity => 9) as past_slot
\gset

-- Who is a stranger.
select
    tests.booking(:far_slot, :ann) as ann_s,
    tests.booking(:far_slot, manage_token => 'right') as guest_s,
    tests.booking(:far_slot, manage_token => 'other') as other_guest_s
\gset
select tests.act_as('anon');
select tests.refusal_of(format(:'cancel', 0)) as nothing_there \gset
select is(
    :'nothing_there'::text,
    'PT404 booking_not_found There is no such booking, or it is not yours;'
    ' a guest sends the manage_token.',
    'a booking that does not exist is not found'
);
select is(
    tests.refusal_of(format(:'cancel', :ann_s)), :'nothing_there',
    'nobody can tell from the answer that a patient''s booking exists'
);
select is(
    tests.refusal_of(format(:'cancel', :guest_s)), :'nothing_there',
    'a guest''s needs the manage token'
);
select is(
    tests.refusal_of(format(:'cancel_with', :guest_s, 'wrong')), :'nothing_there', 'the right one'
);
select is(
    tests.refusal_of(format(:'cancel_with', :guest_s, 'other')), :'nothing_there',
    'not that of another booking'
);
select is(
    tests.refusal_of(format(:'cancel_with', :ann_s, 'right')), :'nothing_there',
    'no token opens the booking of an account'
);
select tests.act_as('patient', :bob);
select is(
    tests.refusal_of(format(:'cancel', :ann_s)), :'nothing_there', 'another patient is a stranger'
);
select tests.act_as('doctor', :moon);
select is(
    tests.refusal_of(format(:'cancel', :ann_s)), :'nothing_there', 'another doctor is a stranger'
);

-- Who is not.
select tests.act_as('anon');
select is(
    (select b.status::text from api.cancel_booking(:guest_s, 'right') as b), 'CANCELLED',
    'the manage token cancels'
);
select tests.act_as('patient', :ann);
select *, to_jsonb(b) as shown from api.cancel_booking(:ann_s) as b \gset ann_
select is(:'ann_status'::text, 'CANCELLED', 'a patient may cancel her own booking');
select is(:'ann_payment_status'::text, 'NONE', 'nothing was paid, so nothing is owed');
select ok(
    :'ann_cancelled_at'::timestamptz between :'ann_created_at' and clock_timestamp(),
    'the booking tells when it was cancelled'
);
select tests.act_as('doctor', :sun);
select is(
    (select b.status::text from api.cancel_booking(:other_guest_s) as b), 'CANCELLED',
    'its doctor may cancel'
);
select tests.act_as_nobody();
select is(
    :'ann_shown'::jsonb, (select to_jsonb(b) from api.booking as b where b.id = :ann_s),
    'the answer is what the view shows'
);
select is(
    (select s.seats_available from api.slot as s where s.id = :far_slot), 9,
    'the seats are free again'
);

-- What is given back.
select
    tests.booking(:far_slot, :ann, 2, 'CONFIRMED') as in_time,
    tests.booking(:near_slot, :ann, 1, 'CONFIRMED') as late,
    tests.booking(:near_slot, :ann, 1, 'CONFIRMED') as by_doctor,
    tests.booking(:near_slot, :ann, 1, 'CONFIRMED') as by_admin,
    tests.booking(:near_slot, :ann) as unpaid
\gset
select tests.payment(:unpaid) as open_payment \gset
create function pg_temp.owed(booking_id bigint) returns setof text
language sql
as $$
select f.amount || ' ' || f.status
from data.payment as p join data.refund as f on f.payment_id = p.id
where p.booking_id = owed.booking_id
$$;
select tests.act_as('patient', :ann);
select payment_status from api.cancel_booking(:in_time) \gset in_time_
select payment_status from api.cancel_booking(:late) \gset late_
select payment_status from api.cancel_booking(:unpaid) \gset unpaid_
select tests.act_as('doctor', :sun);
select payment_status from api.cancel_booking(:by_doctor) \gset by_doctor_
select tests.act_as('admin', :eve);
select payment_status from api.cancel_booking(:by_admin) \gset by_admin_
select tests.act_as_nobody();
select is(:'in_time_payment_status'::text, 'REFUND_DUE', 'who cancels in time is owed a refund');
select results_eq(
    format('select pg_temp.owed(%s)', :in_time), $$values ('100.00 DUE')$$, 'of all that was paid'
);
select is(:'late_payment_status'::text, 'SUCCEEDED', 'who cancels late is not');
select is_empty(format('select pg_temp.owed(%s)', :late), 'and gets nothing back');
select results_eq(
    format('select pg_temp.owed(%s)', :by_doctor), $$values ('50.00 DUE')$$,
    'where the doctor cancels late, all is owed back'
);
select results_eq(
    format('select pg_temp.owed(%s)', :by_admin), $$values ('50.00 DUE')$$,
    'and where an admin does'
);
select is(:'unpaid_payment_status'::text, 'NONE', 'where nothing was paid nothing is owed');
select is(
    (select p.status::text from data.payment as p where p.id = :open_payment), 'CANCELLED',
    'an open payment is closed with its booking'
);

-- The notice is that of the day of booking, whatever the clinic says since.
select
    tests.booking(:near_slot, :ann, 1, 'CONFIRMED') as strict,
    tests.booking(:far_slot, :ann, 1, 'CONFIRMED') as mild
\gset
update data.clinic as c set cancellation_notice_hours = 0 where c.id = :clinic;
select tests.act_as('patient', :ann);
select is(
    (select b.payment_status::text from api.cancel_booking(:strict) as b), 'SUCCEEDED',
    'who booked under a longer notice gets nothing back when it is late for that'
);
select tests.act_as_nobody();
update data.clinic as c set cancellation_notice_hours = 1000 where c.id = :clinic;
select tests.act_as('patient', :ann);
select is(
    (select b.payment_status::text from api.cancel_booking(:mild) as b), 'REFUND_DUE',
    'who booked under a shorter one gets all back that is in time for that'
);
select tests.act_as_nobody();
update data.clinic as c set cancellation_notice_hours = 24 where c.id = :clinic;

-- Nobody gets round the notice by moving first.
select
    tests.booking(:near_slot, :ann, 1, 'CONFIRMED') as dodged,
    tests.booking(:near_slot, :ann, 1, 'CONFIRMED') as helped,
    tests.booking(:near_slot, :ann, 1, 'CONFIRMED') as stayed,
    tests.booking(:far_slot, :ann, 1, 'CONFIRMED') as brought_forward,
    tests.booking(:near_slot, :ann, 1, 'CONFIRMED') as by_staff
\gset
select tests.act_as('patient', :ann);
select api.reschedule_booking(:dodged, :far_slot), api.reschedule_booking(:stayed, :near_slot),
    api.reschedule_booking(:brought_forward, :near_slot);
select api.reschedule_booking(:brought_forward, :far_slot);
select api.reschedule_booking(:by_staff, :far_slot);
select tests.act_as('admin', :eve);
select api.reschedule_booking(:helped, :far_slot);
select tests.act_as('patient', :ann);
select is(
    (select b.payment_status::text from api.cancel_booking(:dodged) as b), 'SUCCEEDED',
    'who moves within the notice, then cancels, gets nothing back'
);
select is(
    (select b.payment_status::text from api.cancel_booking(:brought_forward) as b), 'SUCCEEDED',
    'also who moved there in time before'
);
select is(
    (select b.payment_status::text from api.cancel_booking(:helped) as b), 'REFUND_DUE',
    'but whom an admin has moved does'
);
select tests.act_as('doctor', :sun);
select is(
    (select b.payment_status::text from api.cancel_booking(:by_staff) as b), 'REFUND_DUE',
    'and whose doctor cancels'
);
select tests.act_as_nobody();
select ok(
    not (select b.refund_forfeited from data.booking as b where b.id = :stayed),
    'who stays forfeits nothing'
);

-- After the start.
select
    tests.booking(:past_slot, :ann, 1, 'CONFIRMED') as started,
    tests.booking(:past_slot) as guest_started,
    tests.booking(:past_slot, :ann, 1, 'CONFIRMED') as started_2
\gset
select tests.act_as('patient', :ann);
select throws_ok(
    format(:'cancel', :started), 'PT409', 'too_late_to_cancel', 'not by the patient after the start'
);
select tests.act_as('anon');
select throws_ok(
    format(:'cancel_with', :guest_started, 'the manage token of a test'), 'PT409',
    'too_late_to_cancel',
    'nor by a guest'
);
select tests.act_as('doctor', :sun);
select is(
    (select b.payment_status::text from api.cancel_booking(:started) as b), 'REFUND_DUE',
    'but by the doctor, who gives all back'
);
select tests.act_as('admin', :eve);
select is(
    (select b.payment_status::text from api.cancel_booking(:started_2) as b), 'REFUND_DUE',
    'and by an admin'
);
select tests.act_as_nobody();

-- Only what is live; the seats that it once had are others'.
select tests.slot(:doctor) as slot \gset
select tests.booking(:slot, :ann) as twice \gset
select tests.act_as('patient', :ann);
select api.cancel_booking(:twice);
select tests.booking(:slot, :bob, 1, 'CONFIRMED') as bobs \gset
select throws_ok(
    format(:'cancel', :twice), 'PT409', 'booking_not_active', 'a booking is cancelled only once'
);
select tests.act_as('admin', :eve);
select throws_ok(format(:'cancel', :twice), 'PT409', 'booking_not_active', 'also by an admin');
select tests.act_as_nobody();
select is(
    (select b.status::text from data.booking as b where b.id = :bobs), 'CONFIRMED',
    'hole 2: who has the seat now keeps it'
);
select is(
    (select s.seats_available from api.slot as s where s.id = :slot), 0,
    'hole 2: and the slot stays full'
);
select results_eq(
    format('select pg_temp.owed(%s)', :in_time), $$values ('100.00 DUE')$$, 'nothing is owed twice'
);
select tests.slot(:doctor) as slot_2 \gset
select tests.booking(:slot_2, :ann) as run_out \gset
select tests.run_out(:run_out);
select tests.act_as('patient', :ann);
select is(
    tests.refusal_of(format(:'cancel', :run_out)),
    format('PT409 booking_not_active Booking %s is already FAILED.', :run_out),
    'a hold that has run out cannot be cancelled before it was tidied up'
);
select tests.act_as_nobody();
select tests.do_due_work();
select tests.booking(:slot_2, :bob, 1, 'CONFIRMED') as bobs_2 \gset
select tests.act_as('patient', :ann);
select is(
    tests.refusal_of(format(:'cancel', :run_out)),
    format('PT409 booking_not_active Booking %s is already FAILED.', :run_out), 'nor after'
);
select tests.act_as_nobody();
select is(
    (select b.status::text from data.booking as b where b.id = :bobs_2), 'CONFIRMED',
    'hole 2: who has booked since keeps the seat'
);
select is_empty(
    format(
        $$select s.status
        from (values ('CHECKED_IN'), ('COMPLETED'), ('NO_SHOW'), ('FAILED'),
            ('CANCELLED')) as s (status)
        where coalesce(tests.refusal_of(format(%L, tests.booking(%s, %s, 1, s.status))), 'passed')
            not like 'PT409 booking_not_active %%'$$,
        :'cancel', :far_slot, :ann
    ),
    'what has ended or begun is not cancelled'
);

-- Who did it, and why.
select tests.act_as_nobody();
select
    tests.booking(:far_slot, :ann) as told_by_ann, tests.booking(:far_slot, :ann) as told_by_sun,
    tests.booking(:far_slot, :ann) as told_not
\gset
select tests.act_as('patient', :ann);
select api.cancel_booking(:told_by_ann, reason => 'I am well again');
select tests.act_as('doctor', :sun);
select
    api.cancel_booking(:told_by_sun, reason => 'The doctor is ill'), api.cancel_booking(:told_not);
select tests.act_as_nobody();
select is(format('%s: %s', b.cancelled_by, b.cancellation_reason), c.told, c.sentence)
from (
    values
    (:told_by_ann, 'PATIENT: I am well again', 'a patient may say why'),
    (:told_by_sun, 'STAFF: The doctor is ill', 'so may staff'),
    (:told_not, 'STAFF: ', 'nobody must')
) as c (id, told, sentence)
join data.booking as b on b.id = c.id;

-- Whose token is no good.
update data.account as a set status = 'PENDING_APPROVAL' where a.id = :ann;
select tests.booking(:far_slot, :ann) as last \gset
select tests.act_as('patient', :ann);
select throws_ok(
    format(:'cancel', :last), 'PT401', 'unauthenticated',
    'an account that is not active cannot cancel'
);
select throws_ok(
    format(:'cancel', 0), 'PT401', 'unauthenticated', 'nor find out which bookings exist'
);
select tests.act_as_nobody();
select is(
    (select b.status::text from api.cancel_booking(:last) as b), 'CANCELLED', 'a DBA may cancel'
);

select * from finish();
rollback;
