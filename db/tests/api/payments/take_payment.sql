begin;
select plan(25);

\set take 'select api.take_payment(%s, ''CARD'', ''receipt 7'')'
select tests.clinic() as clinic, tests.clinic() as elsewhere \gset
select
    tests.account() as ann,
    tests.account(role => 'admin') as eve,
    tests.account(role => 'doctor') as sun,
    tests.account(role => 'doctor') as moon,
    tests.account(role => 'clerk', clinic => :clinic) as clerk,
    tests.account(role => 'clerk', clinic => :elsewhere) as other_clerk
\gset
select
    tests.doctor(account => :sun, clinic => :clinic) as doctor,
    tests.doctor(account => :moon, clinic => :clinic) as other
\gset
select tests.slot(:doctor, capacity => 40) as slot, tests.slot(:other) as other_slot \gset
select
    tests.booking(:slot, :ann) as anns,
    tests.booking(:slot) as guests,
    tests.booking(:slot) as third,
    tests.booking(:other_slot, :sun) as suns
\gset

-- Who may.
select
    format('select api.take_payment(%s, ''CASH'')', :anns) as take_anns,
    'PT404 booking_not_found There is no such booking, or it is not yours;'
    ' a guest sends the manage_token.' as nothing_there
\gset
select tests.act_as('anon');
select throws_ok(:'take_anns', '42501', null, 'a guest does not take money');
select tests.act_as('patient', :ann);
select throws_ok(:'take_anns', '42501', null, 'nor does a patient');
select tests.act_as('doctor', :moon);
select is(tests.refusal_of(:'take_anns'), :'nothing_there', 'another doctor is a stranger');
select tests.act_as('clerk', :other_clerk);
select is(tests.refusal_of(:'take_anns'), :'nothing_there', 'so is another clinic''s clerk');
select tests.act_as('doctor', :sun);
select throws_ok(
    format(:'take', :suns), 'PT403', 'forbidden', 'who booked does not take the own money'
);

-- The clerk takes it.
select tests.act_as_nobody();
select tests.payment(:anns, provider => 'acme') as begun \gset
select tests.act_as('clerk', :clerk);
select to_jsonb(s) -> 'payment' as payment, to_jsonb(s) -> 'booking' as booking
from api.take_payment(:anns, 'CASH', 'receipt 7') as s \gset
select tests.act_as_nobody();
select is(
    (:'payment'::jsonb) - '{id,created_at,settled_at}'::text[],
    format($${"booking_id": %s, "amount": 50.00, "currency": "USD", "status": "SUCCEEDED",
        "provider": "desk", "provider_reference": "receipt 7", "method": "CASH",
        "captured_amount": 50.00, "captured_currency": "USD", "refunded_amount": 0.00,
        "refund_due_amount": 0.00}$$, :anns)::jsonb,
    'what was taken, how, and what was noted'
);
select is(
    :'booking'::jsonb, (select to_jsonb(b) from api.booking as b where b.id = :anns),
    'and the booking as it is shown'
);
select is(
    (select b.status || ' ' || b.payment_status from api.booking as b where b.id = :anns),
    'CONFIRMED SUCCEEDED', 'it is confirmed and paid'
);
select results_eq(
    format('select p.taken_by_id, p.taken_by_role::text from data.payment as p
        where p.booking_id = %s and p.provider = ''desk''', :anns),
    format('values (%s::bigint, ''clerk'')', :clerk), 'who took it is kept'
);
select is(
    (select p.status::text from data.payment as p where p.id = :begun), 'CANCELLED',
    'what was begun online is closed'
);
select tests.act_as('doctor', :sun);
select throws_ok(format(:'take', :anns), 'PT409', 'already_paid', 'it is not taken twice');
select is(
    (select (s.booking).status::text from api.take_payment(:guests, 'TRANSFER') as s), 'CONFIRMED',
    'its doctor takes a guest''s, too'
);
select tests.act_as('admin', :eve);
select is(
    (select (s.payment).method::text from api.take_payment(:third, 'CARD', 'receipt 7') as s),
    'CARD', 'and so does an admin; a receipt''s number may be another clinic''s, too'
);
select tests.act_as_nobody();
select results_eq(
    'select p.taken_by_role::text from data.payment as p where p.provider = ''desk'' order by p.id',
    array['clerk', 'doctor', 'admin'], 'each as what they are'
);

-- What is not due, and what is paid at the visit.
select tests.booking(:slot) as run_out \gset
select tests.run_out(:run_out);
select throws_ok(
    format(:'take', :run_out), 'PT409', 'booking_expired', 'after the hold the desk books again'
);
select is((select count(*) from data.payment as p where p.booking_id = :run_out), 0::bigint,
    'nothing is recorded'
);
select throws_ok(
    format(:'take', tests.booking(:slot, status => 'CANCELLED')), 'PT409', 'booking_not_active',
    'nothing is taken for what was cancelled'
);
select throws_ok(
    format(:'take', tests.booking(:slot, amount => 0, status => 'CONFIRMED')), 'PT409',
    'already_paid', 'nor for what costs nothing'
);
select is(
    (select (s.booking).status || ' ' || (s.booking).payment_status
    from api.take_payment(b.id, 'CASH') as s),
    b.status || ' SUCCEEDED', format('what is %s is paid, and stays that', b.status)
)
from (
    select s.status, tests.unpaid(:slot, s.status) as id
    from unnest('{CONFIRMED,CHECKED_IN,COMPLETED,NO_SHOW}'::text[]) as s (status)
) as b;
select tests.unpaid(:slot, 'COMPLETED') as visited \gset
select is(
    (select b.payment_status::text from api.booking as b where b.id = :visited), 'DUE',
    'until then it is due'
);
select lives_ok(format(:'take', :visited), 'it is taken after the visit');
select throws_ok(format(:'take', :visited), 'PT409', 'already_paid', 'once');

select * from finish();
rollback;
