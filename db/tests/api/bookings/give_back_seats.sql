begin;
select plan(36);

select
    tests.account() as ann, tests.account() as bob, tests.account(role => 'doctor') as sun,
    tests.account(role => 'doctor') as moon, tests.account(role => 'admin') as eve
\gset
select tests.clinic(cancellation_notice_hours => 24) as clinic \gset
select
    tests.doctor(clinic => :clinic, account => :sun, fee => 30) as doctor,
    tests.doctor(account => :moon) as other
\gset
select
    tests.slot(:doctor, clock_timestamp() + interval '3 days', capacity => 20) as slot,
    tests.slot(:doctor, clock_timestamp() + interval '3 hours', capacity => 20) as near,
    tests.slot(:doctor, clock_timestamp() - interval '1 minute', capacity => 20) as past
\gset
\set give 'select api.give_back_seats(%s, %s, %L)'
create function pg_temp.shown(booking_id bigint) returns text
language sql security definer
as $$
select concat_ws(' ', b.seats, b.status, b.amount, b.payment_status, b.refund_due_amount)
from api.booking as b where b.id = shown.booking_id
$$;

-- Who may.
select
    tests.booking(:slot, :ann, seats => 4) as ann_s,
    tests.booking(:slot, seats => 3, manage_token => 'right') as guest_s
\gset
select tests.act_as('anon');
select throws_ok(
    format(:'give', :ann_s, 1, 'right'), 'PT404', 'booking_not_found', 'a stranger cannot'
);
select tests.act_as('patient', :bob);
select throws_ok(
    format(:'give', :ann_s, 1, null), 'PT404', 'booking_not_found', 'nor another patient'
);
select tests.act_as('doctor', :moon);
select throws_ok(
    format(:'give', :ann_s, 1, null), 'PT404', 'booking_not_found', 'nor another doctor'
);
select tests.act_as('anon');
select lives_ok(format(:'give', :guest_s, 2, 'right'), 'a guest may, by the token');
select tests.act_as('patient', :ann);
select lives_ok(format(:'give', :ann_s, 3, null), 'a patient may');
select tests.act_as('doctor', :sun);
select lives_ok(format(:'give', :ann_s, 2, null), 'so may the doctor');

-- What is not paid.
select is(pg_temp.shown(:ann_s), '2 PENDING 60.00 DUE 0.00', 'the amount falls with the seats');
select is(pg_temp.shown(:guest_s), '2 PENDING 60.00 DUE 0.00', 'for everybody');
select tests.act_as_nobody();
select is(
    (select array_agg(b.seats::text order by b.id) from data.booking as b
        where b.id in (:ann_s, :guest_s)),
    '{"{[1,3)}","{[5,7)}"}', 'the lowest seats stay'
);
select tests.payment(:ann_s) as payment \gset
select tests.act_as('patient', :ann);
select lives_ok(format(:'give', :ann_s, 2, null), 'as many as before');
select tests.act_as_nobody();
select is(
    (select p.status::text from data.payment as p where p.id = :payment), 'PENDING',
    'change nothing'
);
select tests.act_as('patient', :ann);
select throws_ok(
    format(:'give', :ann_s, 3, null), 'PT409', 'more_than_booked', 'more are another booking'
);
select throws_ok(format(:'give', :ann_s, 0, null), '23514', null, 'none is a cancellation');
select lives_ok(format(:'give', :ann_s, 1, null), 'fewer');
select tests.act_as_nobody();
select is(
    (select p.status::text from data.payment as p where p.id = :payment), 'CANCELLED',
    'cancel what was begun to be paid'
);
select is(
    (select s.seats_available from api.slot as s where s.id = :slot), 17, 'the seats are free'
);

-- What is paid, in time: three shares of 100.
select tests.booking(:slot, :ann, seats => 3, amount => 100, status => 'CONFIRMED') as paid \gset
select tests.act_as('patient', :ann);
select api.give_back_seats(:paid, 2);
select is(
    pg_temp.shown(:paid), '2 CONFIRMED 100.00 SUCCEEDED 33.33',
    'the amount stays, the share of a seat is owed back'
);
select api.give_back_seats(:paid, 1);
select is(pg_temp.shown(:paid), '1 CONFIRMED 100.00 SUCCEEDED 66.67', 'and of another one');
select api.cancel_booking(:paid);
select is(
    pg_temp.shown(:paid), '1 CANCELLED 100.00 REFUND_DUE 100.00', 'the last gets what is left'
);
select throws_ok(
    format(:'give', :paid, 1, null), 'PT409', 'booking_not_active', 'what is over keeps its seats'
);
select tests.act_as_nobody();
select results_eq(
    format('select f.amount from data.refund as f join data.payment as p on p.id = f.payment_id
        where p.booking_id = %s order by f.id', :paid),
    array[33.33, 33.34, 33.33], 'all shares make up the amount'
);

-- Late: the share is forfeited, whatever comes later.
select
    tests.booking(:near, :ann, seats => 3, status => 'CONFIRMED') as late,
    tests.booking(:near, :ann, seats => 3, status => 'CONFIRMED') as by_doctor,
    tests.booking(:slot, :ann, seats => 3, status => 'CONFIRMED') as forfeited
\gset
update data.booking as b set refund_forfeited = true where b.id = :forfeited;
select tests.act_as('patient', :ann);
select api.give_back_seats(:late, 2), api.give_back_seats(:forfeited, 1);
select is(pg_temp.shown(:late), '2 CONFIRMED 90.00 SUCCEEDED 0.00', 'late nothing is owed');
select is(pg_temp.shown(:forfeited), '1 CONFIRMED 90.00 SUCCEEDED 0.00', 'nor after a late move');
select tests.act_as('doctor', :sun);
select api.give_back_seats(:by_doctor, 1);
select is(
    pg_temp.shown(:by_doctor), '1 CONFIRMED 90.00 SUCCEEDED 60.00', 'staff gives back in full'
);
select api.cancel_booking(:late);
select is(
    pg_temp.shown(:late), '2 CANCELLED 90.00 REFUND_DUE 60.00',
    'who cancels for the doctor''s sake gets back the seats still held, no more'
);

-- A slot that has started.
select tests.act_as_nobody();
select tests.booking(:past, :ann, seats => 2, status => 'CONFIRMED') as missed \gset
select tests.act_as('patient', :ann);
select throws_ok(
    format(:'give', :missed, 1, null), 'PT409', 'too_late_to_cancel', 'is too late for the patient'
);
select tests.act_as('doctor', :sun);
select lives_ok(format(:'give', :missed, 1, null), 'not for the doctor');

-- A hold that has run out.
select tests.act_as_nobody();
select tests.booking(:slot, :ann, seats => 2) as gone \gset
select tests.run_out(:gone);
select tests.act_as('patient', :ann);
select throws_ok(
    format(:'give', :gone, 1, null), 'PT409', 'booking_not_active', 'has no seats to give'
);

-- What costs nothing, and who waits for it.
select tests.act_as_nobody();
select tests.slot(tests.doctor(fee => 0), capacity => 3) as free_slot \gset
select
    tests.booking(:free_slot, :ann, seats => 3, status => 'CONFIRMED') as free,
    tests.waitlist_entry(:free_slot, seats => 2) as pair,
    tests.waitlist_entry(:free_slot) as single
\gset
select tests.act_as('patient', :ann);
select api.give_back_seats(:free, 2);
select is(pg_temp.shown(:free), '2 CONFIRMED 0.00 NONE 0.00', 'nothing stays nothing');
select tests.act_as_nobody();
select is(
    (select array_agg(w.status::text order by w.id) from api.waitlist_entry as w
        where w.slot_id = :free_slot),
    '{WAITING,OFFERED}', 'who waits for one seat is offered it'
);

-- Nobody writes down what is not so.
select tests.booking(
    tests.slot(tests.doctor(), capacity => 9), seats => 3, status => 'CONFIRMED'
) as honest \gset
\set price 'update data.booking as b set %s where b.id = ' :honest
select
    is(tests.constraint_against(format(:'price', c.change)), c.refused_by, c.sentence)
from (
    values
    ('seat_count = 2, priced_seats = 3, seats = ''{[1,3)}''', null, 'seats may be given back'),
    ('priced_seats = 4', 'booking_frozen', 'of those that were booked'),
    ('seat_count = 2, priced_seats = 2, seats = ''{[1,3)}''', 'booking_facts_fit_status',
        'all of them'),
    ('priced_seats = 3', 'booking_facts_fit_status', 'and fewer than before'),
    ('seat_count = 4, seats = ''{[1,5)}''', 'booking_frozen', 'never more')
) as c (change, refused_by, sentence);
update data.booking as b set seat_count = 2, priced_seats = 3, seats = '{[1,3)}'
where b.id = :honest;
select is(
    tests.constraint_against(format(:'price', 'priced_seats = 9')), 'booking_frozen',
    'what they were stays'
);

select * from finish();
rollback;
