begin;
select plan(17);

\set get 'select api.get_payment(%s)'
\set get_with 'select api.get_payment(%s, %L)'
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
    tests.payment(tests.booking(:slot, :ann)) as anns,
    tests.payment(tests.booking(:slot, manage_token => 'right')) as guests,
    tests.payment(tests.booking(:slot, manage_token => 'other')) as other_guests,
    tests.payment(tests.booking(:slot, :sun)) as suns
\gset

-- Strangers, of whom its doctor is one here.
select tests.act_as('anon');
select tests.refusal_of(format(:'get', 0)) as nothing_there \gset
select is(
    :'nothing_there'::text, 'PT404 payment_not_found There is no such payment, or it is not yours.',
    'a payment that does not exist is not found'
);
select is(
    tests.refusal_of(format(:'get', :anns)), :'nothing_there', 'nobody sees a patient''s payment'
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
    'no token shows the payment of an account'
);
select tests.act_as('patient', :bob);
select is(
    tests.refusal_of(format(:'get', :anns)), :'nothing_there', 'another patient is a stranger'
);
select tests.act_as('doctor', :moon);
select is(
    tests.refusal_of(format(:'get', :anns)), :'nothing_there', 'another doctor is a stranger'
);
select tests.act_as('doctor', :sun);
select is(
    tests.refusal_of(format(:'get', :anns)), :'nothing_there',
    'the doctor of the booking is one as well'
);

-- Others.
select is(
    (select p.id from api.get_payment(:suns) as p), :suns::bigint,
    'a doctor sees the payment of what that account booked'
);
select tests.act_as_nobody();
select to_jsonb(p) as anns_shown from api.payment as p where p.id = :anns \gset
select tests.act_as('patient', :ann);
select is(
    (select to_jsonb(p) from api.get_payment(:anns) as p), :'anns_shown'::jsonb,
    'a patient sees her payment'
);
select tests.act_as('anon');
select is(
    (select p.id from api.get_payment(:guests, 'right') as p), :guests::bigint,
    'the manage token shows a guest''s'
);
select tests.act_as('admin', :eve);
select is((select p.id from api.get_payment(:anns) as p), :anns::bigint, 'an admin sees any');
select tests.act_as_nobody();

-- What was given back.
select tests.booking(:slot, :ann, status => 'CONFIRMED') as paid_booking \gset
select p.id as paid from data.payment as p where p.booking_id = :paid_booking \gset
insert into data.refund (payment_id, captured_amount, portion)
values (:paid, 50, numrange(0, 20)), (:paid, 50, numrange(20, 35)), (:paid, 50, numrange(35, 40));
select tests.act_as('patient', :ann);
select is(
    (select p.refunded_amount from api.get_payment(:paid) as p), 0.00,
    'what is only owed is not refunded'
);
select tests.act_as_nobody();
update data.refund as f set status = 'SENT' where f.payment_id = :paid;
update data.refund as f set status = 'DONE' where f.payment_id = :paid and f.amount > 10;
update data.refund as f set status = 'FAILED' where f.payment_id = :paid and f.status = 'SENT';
select tests.act_as('patient', :ann);
select is(
    (select p.refunded_amount from api.get_payment(:paid) as p), 35.00,
    'what has arrived is the sum of it'
);
select tests.act_as_nobody();

-- Whose token is no good.
update data.account as a set status = 'PENDING_APPROVAL' where a.id = :ann;
select tests.act_as('patient', :ann);
select throws_ok(
    format(:'get', :anns), 'PT401', 'unauthenticated', 'an account that is not active sees nothing'
);
select throws_ok(
    format(:'get', 0), 'PT401', 'unauthenticated', 'and cannot find out which payments exist'
);

select * from finish();
rollback;
