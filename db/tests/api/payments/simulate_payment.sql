begin;
select plan(44);

\set pay 'select api.simulate_payment(%s, true)'
\set decline 'select api.simulate_payment(%s, false)'
\set pay_with 'select api.simulate_payment(%s, true, %L)'
select
    tests.account() as ann,
    tests.account() as bob,
    tests.account(role => 'admin') as eve,
    tests.account(role => 'doctor') as sun,
    tests.account(role => 'doctor') as moon
\gset
select tests.doctor(account => :sun) as doctor, tests.doctor(account => :moon) as other \gset
select tests.slot(:doctor, capacity => 20) as slot \gset
select
    tests.booking(:slot, :ann) as anns,
    tests.booking(:slot, manage_token => 'right') as guests,
    tests.booking(:slot, manage_token => 'other') as other_guests,
    tests.booking(:slot, :sun) as suns
\gset

-- The setting.
select tests.act_as('patient', :ann);
select throws_ok(
    format(:'pay', :anns), 'PT403', 'simulated_payments_off',
    'no money is made up unless that is switched on'
);
select tests.act_as('admin', :eve);
select throws_ok(format(:'pay', :anns), 'PT403', 'simulated_payments_off', 'not even by an admin');
select tests.act_as_nobody();
select is(
    (select b.status || ' ' || b.payment_status from api.booking as b where b.id = :anns),
    'PENDING DUE',
    'hole 5: nothing was confirmed'
);
update data.setting as s set simulated_payments = true;

-- Strangers, and its doctor.
select tests.act_as('anon');
select tests.refusal_of(format(:'pay', 0)) as nothing_there \gset
select is(
    :'nothing_there'::text,
    'PT404 booking_not_found There is no such booking, or it is not yours;'
    ' a guest sends the manage_token.',
    'a booking that does not exist is not found'
);
select is(
    tests.refusal_of(format(:'pay', :anns)), :'nothing_there',
    'hole 5: nobody confirms a patient''s booking'
);
select is(
    tests.refusal_of(format(:'decline', :anns)), :'nothing_there', 'nobody makes it fail either'
);
select is(
    tests.refusal_of(format(:'pay', :guests)), :'nothing_there', 'nor a guest''s without the token'
);
select is(
    tests.refusal_of(format(:'pay_with', :guests, 'wrong')), :'nothing_there',
    'nor with a wrong one'
);
select is(
    tests.refusal_of(format(:'pay_with', :guests, 'other')), :'nothing_there',
    'nor with that of another booking'
);
select is(
    tests.refusal_of(format(:'pay_with', :anns, 'right')), :'nothing_there',
    'no token pays the booking of an account'
);
select tests.act_as('patient', :bob);
select is(
    tests.refusal_of(format(:'pay', :anns)), :'nothing_there', 'another patient is a stranger'
);
select tests.act_as('doctor', :moon);
select is(
    tests.refusal_of(format(:'pay', :anns)), :'nothing_there', 'another doctor is a stranger'
);
select tests.act_as('doctor', :sun);
select throws_ok(format(:'pay', :anns), 'PT403', 'forbidden', 'its doctor does not pay it');
select is(
    (select (s.booking).status::text from api.simulate_payment(:suns, true) as s), 'CONFIRMED',
    'a doctor pays what that account booked'
);

-- Success.
select tests.payment(:other_guests) as others_payment \gset
select tests.act_as('patient', :ann);
select id as open_payment from api.create_payment(:anns) \gset
select to_jsonb(s) -> 'payment' as payment, to_jsonb(s) -> 'booking' as booking
from api.simulate_payment(:anns, true) as s \gset
select tests.act_as_nobody();
select is(
    :'payment'::jsonb, (select to_jsonb(p) from api.payment as p where p.id = :open_payment),
    'success settles the payment that is open'
);
select is(
    :'booking'::jsonb, (select to_jsonb(b) from api.booking as b where b.id = :anns),
    'and shows the booking'
);
select is(
    (select b.status || ' ' || b.payment_status from api.booking as b where b.id = :anns),
    'CONFIRMED SUCCEEDED', 'which is confirmed and paid'
);
select ok(
    (select b.confirmed_at between b.created_at and clock_timestamp() from api.booking as b
        where b.id = :anns),
    'and tells when'
);
select is(
    (select p.status || ' ' || p.amount from api.payment as p where p.id = :open_payment),
    'SUCCEEDED 50.00', 'for the frozen amount'
);
select results_eq(
    format($$select p.settled_at between p.created_at and clock_timestamp(), p.captured_amount
        from data.payment as p where p.id = %s$$, :open_payment),
    $$values (true, 50.00)$$, 'its money is captured now'
);
select is(
    (select p.status::text from data.payment as p where p.id = :others_payment), 'PENDING',
    'that of another booking stays open'
);
select tests.act_as('anon');
select (s.payment).id as guests_payment, (s.booking).status as guests_status
from api.simulate_payment(:guests, true, 'right') as s \gset
select is(
    :'guests_status'::text, 'CONFIRMED',
    'the manage token pays, with a payment of its own if none is open'
);
select tests.act_as_nobody();
select is(
    (select p.booking_id from data.payment as p
        where p.id = :guests_payment and p.status = 'SUCCEEDED'),
    :guests::bigint, 'which is kept'
);
select results_eq(
    format($$select p.amount::numeric, p.currency::text, p.captured_amount, p.settled_at
        from data.payment as p where p.id = %s$$, :guests_payment),
    format($$select 50.00, 'USD', 50.00, p.created_at
        from data.payment as p where p.id = %s$$, :guests_payment),
    'of the frozen amount, settled as it was made'
);
select tests.act_as('admin', :eve);
select is(
    (select (s.booking).status::text from api.simulate_payment(:other_guests, true) as s),
    'CONFIRMED',
    'an admin pays any'
);
select throws_ok(format(:'pay', :anns), 'PT409', 'already_paid', 'what is paid is not paid again');
select throws_ok(format(:'decline', :anns), 'PT409', 'already_paid', 'nor can it fail');
select tests.act_as_nobody();

-- A decline.
select tests.slot(:doctor) as single \gset
select tests.booking(:single, :ann) as declined \gset
select tests.act_as('patient', :ann);
select
    (s.payment).status as payment_status, (s.booking).status as status,
    (s.booking).payment_status as shown
from api.simulate_payment(:declined, false) as s \gset declined_
select is(:'declined_payment_status'::text, 'FAILED', 'a decline fails the payment');
select is(:'declined_status'::text, 'FAILED', 'and the booking');
select is(:'declined_shown'::text, 'FAILED', 'whose payment has failed');
select throws_ok(
    format(:'pay', :declined), 'PT409', 'booking_not_active',
    'after a decline it is too late to pay'
);
select is(
    (select s.seats_available from api.get_slot(:single) as s), 1, 'the seat is free at once'
);
select tests.act_as('anon');
select is(
    (select b.status::text from api.book_slot(:single, 'Bob', 'bob@example.com') as b), 'PENDING',
    'for somebody else'
);
select tests.act_as_nobody();

-- Beside what was begun with a provider, and at the visit.
select tests.booking(:slot, :ann) as begun, tests.unpaid(:slot, account => :ann) as due \gset
select tests.payment(:begun, provider => 'acme') as acmes \gset
select tests.act_as('patient', :ann);
select is(
    (select (s.payment).provider || ' ' || (s.booking).status
    from api.simulate_payment(:begun, true) as s),
    'simulated CONFIRMED', 'what was begun with a provider is not settled by a simulation'
);
select tests.act_as_nobody();
select is(
    (select p.status::text from data.payment as p where p.id = :acmes), 'CANCELLED',
    'it is closed'
);
select tests.act_as('patient', :ann);
select is(
    (select (s.payment).status || ' ' || (s.booking).status || ' ' || (s.booking).payment_status
    from api.simulate_payment(:due, false) as s),
    'FAILED CONFIRMED DUE', 'what is paid at the visit is still to be paid after a decline'
);
select is(
    (select (s.booking).status || ' ' || (s.booking).payment_status
    from api.simulate_payment(:due, true) as s),
    'CONFIRMED SUCCEEDED', 'and may be paid then'
);
select tests.act_as_nobody();

-- A hold that has run out.
select tests.booking(:slot, :ann) as run_out \gset
select tests.payment(:run_out), tests.run_out(:run_out);
select tests.act_as('patient', :ann);
select throws_ok(
    format(:'pay', :run_out), 'PT409', 'booking_expired',
    'hole 4: nothing is paid after the hold ran out, before it was tidied up'
);
select throws_ok(format(:'decline', :run_out), 'PT409', 'booking_expired', 'nor declined');
select tests.act_as_nobody();
select tests.do_due_work();
select tests.act_as('patient', :ann);
select throws_ok(format(:'pay', :run_out), 'PT409', 'booking_expired', 'hole 4: nor after');
select tests.act_as_nobody();
select is(
    (select p.status::text from data.payment as p where p.booking_id = :run_out), 'CANCELLED',
    'nothing was charged'
);
select is_empty(
    format(
        $$select s.status, s.refusal
        from (values
            ('CONFIRMED', 'already_paid'), ('CHECKED_IN', 'already_paid'),
            ('COMPLETED', 'already_paid'),
            ('NO_SHOW', 'already_paid'), ('CANCELLED', 'booking_not_active'),
            ('FAILED', 'booking_expired')
        ) as s (status, refusal)
        where coalesce(tests.refusal_of(format(%L, tests.booking(%s, status => s.status))),
            'passed')
            not like 'PT409 ' || s.refusal || ' %%'$$,
        :'pay', :slot
    ),
    'only what is pending is paid, and each other status says why not'
);

-- It is found by its id, also where few were held when PostgreSQL last looked.
reset role;
select tests.slot(:doctor, capacity => 1000) as crowded \gset
select count(tests.booking(:crowded, status => 'FAILED')) from generate_series(1, 400);
analyze data.booking;
select min(tests.booking(:crowded)) as held from generate_series(1, 400) \gset
create temporary sequence held;
select setval('held', :held, false);
select cmp_ok(
    tests.rows_read($$select api.simulate_payment(nextval('held'), true)$$), '<', 100::bigint,
    'what it costs is not what others hold'
);

-- Whose token is no good.
select tests.booking(:slot, :ann) as last \gset
update data.account as a set status = 'PENDING_APPROVAL' where a.id = :ann;
select tests.act_as('patient', :ann);
select throws_ok(
    format(:'pay', :last), 'PT401', 'unauthenticated', 'an account that is not active pays nothing'
);

select * from finish();
rollback;
