begin;
select plan(14);

select tests.account() as ann, tests.account(role => 'doctor') as sun \gset
select tests.clinic() as clinic \gset
update data.clinic as c set payment_terms = 'AT_VISIT' where c.id = :clinic;
select
    tests.doctor(account => :sun, fee => 0) as doctor, tests.doctor(clinic => :clinic) as at_visit,
    tests.doctor() as prepaid
\gset
select
    tests.slot(:doctor) as slot, tests.slot(:doctor) as other, tests.slot(:at_visit) as later,
    tests.slot(:prepaid) as dear
\gset
select
    tests.waitlist_entry(:slot, account => :ann) as w1,
    tests.waitlist_entry(:other) as w2,
    tests.waitlist_entry(:later, manage_token => 'right') as w3,
    tests.waitlist_entry(:dear, account => :ann) as w4
\gset
select core.offer_seats(array[:slot, :other, :later, :dear]);
select w.booking_id as b1 from data.waitlist_entry as w where w.id = :w1 \gset
select w.booking_id as b2 from data.waitlist_entry as w where w.id = :w2 \gset
select w.booking_id as b3 from data.waitlist_entry as w where w.id = :w3 \gset
select w.booking_id as b4 from data.waitlist_entry as w where w.id = :w4 \gset
\set accept 'select api.accept_offer(%s, %L)'

select tests.act_as('anon');
select throws_ok(format(:'accept', 0, null), 'PT404', 'booking_not_found', 'there is no booking 0');
select throws_ok(
    format(:'accept', :b1, 'right'), 'PT404', 'booking_not_found', 'to a stranger there is none'
);
select is(
    (select b.status::text from api.accept_offer(:b3, 'right') as b), 'CONFIRMED',
    'a guest accepts by the token what is paid at the visit'
);
select is(
    (select b.payment_status::text from api.get_booking(:b3, 'right') as b), 'DUE',
    'which then is due'
);
select tests.act_as('doctor', :sun);
select throws_ok(
    format(:'accept', :b1, null), 'PT403', 'forbidden', 'the doctor accepts for nobody'
);
select tests.act_as('patient', :ann);
select is(
    (select b.status::text from api.accept_offer(:b1) as b), 'CONFIRMED', 'so does an account'
);
select is((select b.payment_status::text from api.get_booking(:b1) as b), 'NONE', 'a free one');
select is(
    (select w.status::text from api.get_waitlist_entry(:w1) as w), 'BOOKED', 'and waits no more'
);
select is((select b.status::text from api.accept_offer(:b1) as b), 'CONFIRMED', 'twice is once');
select throws_ok(
    format(:'accept', :b4, null), 'PT409', 'payment_due', 'what is to be prepaid is confirmed so'
);
select api.cancel_booking(:b4);
select throws_ok(
    format(:'accept', :b4, null), 'PT409', 'booking_not_active', 'not what was cancelled'
);
select tests.act_as_nobody();
select tests.run_out(:b2);
select throws_ok(
    format(:'accept', :b2, null), 'PT409', 'booking_expired', 'nor what has run out'
);
select core.expire_due_holds(9);
select throws_ok(
    format(:'accept', :b2, null), 'PT409', 'booking_expired', 'nor once that was tidied up'
);
select is(
    (select count(*) from data.booking as b where b.status = 'CONFIRMED'), 2::bigint,
    'nothing else was confirmed'
);

select * from finish();
rollback;
