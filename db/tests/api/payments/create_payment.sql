begin;
select plan(31);

\set pay 'select api.create_payment(%s)'
\set pay_with 'select api.create_payment(%s, %L)'
select
    tests.account() as ann,
    tests.account() as bob,
    tests.account(role => 'admin') as eve,
    tests.account(role => 'doctor') as sun,
    tests.account(role => 'doctor') as moon
\gset
select
    tests.doctor(fee => 12.50, account => :sun,
        clinic => tests.clinic(currency => 'EUR')) as doctor,
    tests.doctor(account => :moon) as other,
    tests.slot(tests.doctor(fee => 0)) as free_slot
\gset
select tests.slot(:doctor, capacity => 20) as slot \gset
select
    tests.booking(:slot, :ann, seats => 2) as anns,
    tests.booking(:slot, manage_token => 'right') as guests,
    tests.booking(:slot, manage_token => 'other') as other_guests,
    tests.booking(:slot, :sun) as suns,
    tests.booking(:slot) as somebodys
\gset

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
    tests.refusal_of(format(:'pay', :anns)), :'nothing_there', 'nobody pays a patient''s booking'
);
select is(
    tests.refusal_of(format(:'pay', :guests)), :'nothing_there', 'nor a guest''s without the token'
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
    (select p.status::text from api.create_payment(:suns) as p), 'PENDING',
    'a doctor pays what that account booked'
);

-- Who may.
select tests.act_as_nobody();
update data.doctor as d set consultation_fee = 99 where d.id = :doctor;
select tests.act_as('patient', :ann);
select *, to_jsonb(p) as shown from api.create_payment(:anns) as p \gset anns_
select id from api.create_payment(:anns) \gset again_
select tests.act_as_nobody();
select is(
    :'anns_shown'::jsonb, (select to_jsonb(p) from api.payment as p where p.id = :anns_id),
    'the answer is what the view shows'
);
select results_eq(
    format(
        $$select p.booking_id, p.amount::numeric, p.currency::text, p.status::text,
            p.refunded_amount, p.provider::text from api.payment as p where p.id = %s$$, :anns_id
    ),
    format($$values (%s::bigint, 25.00, 'EUR', 'PENDING', 0.00, 'simulated')$$, :anns),
    'a payment is of the amount that was frozen with the booking'
);
select is(:again_id, :anns_id, 'asked again it is the payment that is open');
select is(
    (select count(*) from data.payment as p where p.booking_id = :anns), 1::bigint,
    'and there is no second one'
);
select is(
    (select b.status || ' ' || b.payment_status from api.booking as b where b.id = :anns),
    'PENDING DUE',
    'hole 5: beginning to pay confirms nothing'
);
select tests.act_as('anon');
select is(
    (select p.booking_id from api.create_payment(:guests, 'right') as p), :guests::bigint,
    'the manage token pays'
);
select tests.act_as('admin', :eve);
select is(
    (select p.booking_id from api.create_payment(:somebodys) as p), :somebodys::bigint,
    'an admin pays any'
);
select tests.act_as_nobody();

-- By whom.
select tests.provider('acme');
select tests.booking(:slot, :ann) as online \gset
select tests.act_as('patient', :ann);
select throws_ok(
    format('select api.create_payment(%s, provider => %L)', :online, p.name), 'PT404',
    'provider_not_found', format('%s is no provider', p.name)
)
from (values ('nobody'), ('desk')) as p (name);
select (api.create_payment(:online)).id as simulated \gset
select id as acmes, provider from api.create_payment(:online, provider => 'acme') \gset
select is(:'provider'::text, 'acme', 'a patient may choose the provider');
select is(
    (select p.id from api.create_payment(:online) as p), :acmes::bigint,
    'without a choice it is the one that is open'
);
select tests.act_as_nobody();
select is(
    (select p.status::text from data.payment as p where p.id = :simulated), 'CANCELLED',
    'the one before is closed'
);
update data.payment as p set status = 'FAILED', settled_at = clock_timestamp() where p.id = :acmes;
update data.clinic as c set payment_provider = 'acme'
from data.doctor as d where d.clinic_id = c.id and d.id = :doctor;
select tests.act_as('patient', :ann);
select is(
    (select p.provider || ' ' || p.status from api.create_payment(:online) as p), 'acme PENDING',
    'after a decline it is tried again, by default with the clinic''s provider'
);
select tests.act_as_nobody();
update data.clinic as c set payment_provider = null;
select is(
    (select p.status::text
    from api.create_payment(tests.unpaid(:slot, 'COMPLETED', :ann)) as p), 'PENDING',
    'what is paid at the visit may be paid online behind it'
);

-- What is not due.
select
    tests.booking(:free_slot, status => 'CONFIRMED') as free,
    tests.booking(:slot, :ann) as run_out,
    tests.booking(:slot, :ann) as declined
\gset
update data.setting as s set simulated_payments = true;
select tests.run_out(:run_out), api.simulate_payment(:declined, false);
select throws_ok(format(:'pay', :free), 'PT409', 'already_paid', 'what costs nothing is not paid');
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
select tests.act_as('patient', :ann);
select throws_ok(
    format(:'pay', :run_out), 'PT409', 'booking_expired',
    'hole 4: not after the hold ran out, before it was tidied up'
);
select throws_ok(format(:'pay', :declined), 'PT409', 'booking_not_active', 'not after a decline');
select tests.act_as_nobody();
select tests.do_due_work();
select tests.act_as('patient', :ann);
select throws_ok(format(:'pay', :run_out), 'PT409', 'booking_expired', 'hole 4: nor after');
select tests.act_as_nobody();
select is(
    (select count(*) from data.payment as p where p.booking_id = :run_out), 0::bigint,
    'nothing is recorded'
);
select tests.act_as('anon');
select throws_ok(
    format(:'pay_with', :guests, 'wrong'), 'PT404', 'booking_not_found',
    'a wrong token finds nothing'
);
select tests.act_as_nobody();

-- Whose token is no good.
update data.account as a set status = 'PENDING_APPROVAL' where a.id = :ann;
select tests.act_as('patient', :ann);
select throws_ok(
    format(:'pay', :anns), 'PT401', 'unauthenticated', 'an account that is not active pays nothing'
);

select * from finish();
rollback;
