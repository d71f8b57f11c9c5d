begin;
select plan(71);

\set book 'select api.book_slot(%s, ''Ann'', ''ann@example.com'', seats => %s)'
select
    tests.account() as ann,
    tests.account('Dr. Sun', 'doctor') as sun
\gset
select tests.clinic(currency => 'EUR', hold_seconds => 90) as clinic \gset
select tests.doctor(fee => 40.50, clinic => :clinic, account => :sun) as doctor \gset
select tests.slot(:doctor) as slot, tests.doctor(fee => 0) as free_doctor \gset
select tests.slot(:doctor, capacity => 3) as wide, tests.slot(:free_doctor) as free_slot \gset

-- A guest books.
select tests.act_as('anon');
select *, to_jsonb(n) - 'manage_token' as shown
from api.book_slot(:slot, 'Guest', 'guest@example.com', '+1 555 0100', 'a cough') as n \gset guest_
select tests.act_as_nobody();
select is(
    :'guest_shown'::jsonb, (select to_jsonb(b) from api.booking as b where b.id = :guest_id),
    'what a guest gets is what the view shows'
);
select results_eq(
    format($$select b.slot_id, b.doctor_id, b.patient_name::text, b.patient_email::text,
        b.patient_phone::text, b.reason::text, b.seats, b.status::text, b.payment_status::text,
        b.amount::numeric, b.currency::text, b.confirmed_at
    from api.booking as b where b.id = %s$$, :guest_id),
    format($$values (%s::bigint, %s::bigint, 'Guest', 'guest@example.com', '+1 555 0100', 'a cough',
        1, 'PENDING', 'DUE', 40.50, 'EUR', null::timestamptz)$$, :slot, :doctor),
    'a booking is pending, for the doctor''s fee in the clinic''s currency'
);
select is(
    :'guest_expires_at'::timestamptz - :'guest_created_at'::timestamptz, interval '90 seconds',
    'the hold lasts as long as the clinic says'
);
select matches(:'guest_manage_token'::text, '^[0-9a-f]{64}$', 'a guest gets a manage token');
select is(
    (select b.manage_token_hash::bytea from data.booking as b where b.id = :guest_id),
    sha256(convert_to(:'guest_manage_token', 'UTF8')), 'of which only the SHA-256 is stored'
);
select is(
    (select s.status::text from api.slot as s where s.id = :slot), 'HELD',
    'its slot is held at once'
);

-- Others may book with an account; nobody gets a token then.
select tests.slot(:doctor) as slot_2 \gset
select tests.act_as('patient', :ann);
select *, to_jsonb(n) - 'manage_token' as shown
from api.book_slot(:slot_2, 'Ann', 'ann@example.com') as n \gset ann_
select ok(:{?ann_manage_token} is false, 'who is logged in gets no manage token');
select tests.act_as_nobody();
select is(
    :'ann_shown'::jsonb, (select to_jsonb(b) from api.booking as b where b.id = :ann_id),
    'what a patient gets is what the view shows'
);
select is(
    (select (b.account_id, b.booked_by_role)::text from data.booking as b where b.id = :ann_id),
    '(' || :ann || ',)', 'it belongs to the patient''s account'
);

-- Where nothing is due.
select tests.act_as('anon');
select *, to_jsonb(n) - 'manage_token' as shown
from api.book_slot(:free_slot, 'Guest', 'guest@example.com') as n \gset free_
select tests.act_as_nobody();
select is(
    :'free_shown'::jsonb, (select to_jsonb(b) from api.booking as b where b.id = :free_id),
    'what a guest gets for nothing is what the view shows'
);
select is(:'free_status'::text, 'CONFIRMED', 'a fee of 0 confirms the booking at once');
select is(:'free_payment_status'::text, 'NONE', 'and nothing is to be paid');
select is(:'free_confirmed_at'::text, :'free_created_at', 'and it was confirmed when it was made');
select ok(:{?free_expires_at} is false, 'and it does not run out');

-- The price is frozen.
update data.doctor as d set consultation_fee = 99 where d.id = :doctor;
update data.clinic as c set currency = 'CHF' where c.id = :clinic;
select is(
    (select (b.amount, b.currency)::text from api.booking as b where b.id = :ann_id), '(40.50,EUR)',
    'a booking keeps its price when the doctor''s fee changes'
);

-- Seats.
select tests.act_as('anon');
select id as first, amount as first_amount
from api.book_slot(:wide, 'A', 'a@example.com', seats => null) \gset
select id as second from api.book_slot(:wide, 'B', 'b@example.com') \gset
select id as third from api.book_slot(:wide, 'C', 'c@example.com') \gset
select throws_ok(
    format(:'book', :wide, 1), 'PT409', 'slot_taken', 'three seats are sold three times'
);
select tests.act_as_nobody();
select api.cancel_booking(:first);
select api.cancel_booking(:third);
select tests.act_as('anon');
select throws_ok(
    format(:'book', :wide, 3), 'PT409', 'not_enough_seats',
    'two free seats are not enough for three'
);
select id as both, amount as both_amount, seats as both_seats
from api.book_slot(:wide, 'D', 'd@example.com', seats => 2) \gset
select throws_ok(format(:'book', :wide, 2), 'PT409', 'slot_taken', 'then none is free');
select tests.act_as_nobody();
select is(
    (select b.seats::text from data.booking as b where b.id = :both), '{[1,2),[3,4)}',
    'two seats that are not side by side can be booked as two'
);
select is(:both_seats, 2, 'the booking shows how many seats it has');
select is(:first_amount, 99.00, 'no number of seats is one seat');
select is(:both_amount, 198.00, 'the price is the fee for each seat');
select is(
    (select s.status || ' ' || s.seats_available from api.slot as s where s.id = :wide), 'HELD 0',
    'the slot shows that it is full'
);

-- A hold that has run out is gone, whatever the tidy-up has seen.
select tests.run_out(:guest_id);
select tests.act_as('anon');
select lives_ok(format(:'book', :slot, 1), 'a seat is free the instant its hold runs out');
select tests.act_as_nobody();
select is(
    (select b.status::text from data.booking as b where b.id = :guest_id), 'FAILED',
    'the booking that held it has failed'
);

-- The same key again.
\set key '8a6e0804-2bd0-4672-b79d-d97027f9071a'
\set keyed 'select api.book_slot(%s, ''Guest'', ''g@example.com'', idempotency_key => ''' :key ''')'
select tests.slot(:doctor) as slot_5, tests.slot(:doctor) as slot_6 \gset
select tests.act_as('anon');
select id, manage_token
from api.book_slot(:slot_5, 'Guest', 'g@example.com', idempotency_key => :'key') \gset once_
select id, manage_token, to_jsonb(n) - 'manage_token' as shown
from api.book_slot(:slot_5, 'Guest', 'g@example.com', idempotency_key => :'key') as n \gset again_
select is(:again_id, :once_id, 'the same key gives the same booking');
select is(
    (select b.id from api.get_booking(:once_id, :'again_manage_token') as b), :once_id::bigint,
    'with a manage token that works'
);
select is(:'again_manage_token'::text, :'once_manage_token', 'the one of the first answer');
select throws_ok(
    format(:'keyed', :slot_6), 'PT409', 'idempotency_key_reused', 'a key is good for one slot'
);
select throws_ok(
    replace(format(:'keyed', :slot_5), 'g@example.com', 'other@example.com'),
    'PT409', 'idempotency_key_reused', 'and for one guest: another does not get the booking'
);
select tests.act_as('patient', :ann);
select throws_ok(
    format(:'keyed', :slot_5), 'PT409', 'idempotency_key_reused', 'and for one caller'
);
select tests.act_as_nobody();
select is(
    :'again_shown'::jsonb, (select to_jsonb(b) from api.booking as b where b.id = :once_id),
    'a repeated answer is what the view shows'
);
select is(
    (select count(*) from data.booking as b where b.slot_id in (:slot_5, :slot_6)), 1::bigint,
    'one booking was made'
);

-- What cannot be booked.
select tests.slot(:doctor, clock_timestamp() - interval '1 minute') as past \gset
select tests.slot(tests.doctor(listed => false)) as unlisted, tests.slot(:doctor) as deleted \gset
select tests.doctor() as gone_doctor \gset
select tests.slot(:gone_doctor) as orphan, tests.slot(:doctor) as open_slot \gset
update data.slot as s set deleted_at = clock_timestamp() where s.id = :deleted;
update data.doctor as d set deleted_at = clock_timestamp() where d.id = :gone_doctor;
select tests.act_as('anon');
select throws_ok(format(:'book', :past, 1), 'PT409', 'slot_in_past', 'no slot that has started');
select throws_ok(format(:'book', 0, 1), 'PT404', 'slot_not_found', 'no slot that does not exist');
select throws_ok(format(:'book', :deleted, 1), 'PT404', 'slot_not_found', 'no deleted slot');
select throws_ok(
    format(:'book', :unlisted, 1), 'PT404', 'slot_not_found',
    'no slot of a doctor who waits for approval'
);
select throws_ok(
    format(:'book', :orphan, 1), 'PT404', 'slot_not_found', 'no slot of a doctor who has left'
);
select throws_ok(
    format(:'book', :open_slot, format('1, doctor_id => %s', :free_doctor)), 'PT404',
    'slot_not_found',
    'no slot of another doctor than the one named'
);
select is(
    tests.refusal_of(format(:'book', :open_slot, format('1, doctor_id => %s', :doctor))), null,
    'but of the one named'
);
select throws_ok(format(:'book', :open_slot, 0), '23514', null, 'not no seats');
select throws_ok(
    format(:'book', :open_slot, 1001), '23514', null, 'not more seats than a slot can have'
);
select throws_ok(
    format('select api.book_slot(%s, '' '', ''ann@example.com'')', :open_slot), '23514', null,
    'not for a name that is blank'
);
select throws_ok(
    format('select api.book_slot(%s, null, ''ann@example.com'')', :open_slot), 'PT400',
    'missing_parameter', 'not for nobody'
);
select throws_ok(
    format('select api.book_slot(%s, ''Ann'')', :open_slot), 'PT400', 'missing_parameter',
    'nor for nobody who can be told'
);

-- Whose token is no good.
select tests.account(status => 'PENDING_APPROVAL', role => 'doctor') as pending \gset
select tests.act_as('doctor', :pending);
select throws_ok(
    format(:'book', :open_slot, 1), 'PT401', 'unauthenticated',
    'an account that is not active cannot book'
);
select tests.act_as('patient', :sun);
select throws_ok(
    format(:'book', :open_slot, 1), 'PT401', 'unauthenticated', 'nor can one whose role has changed'
);
select tests.act_as_nobody();

-- Staff books for a patient, whose the booking is.
select tests.account('Eve', 'admin') as eve, tests.account('Bob') as bob \gset
select tests.slot(:doctor) as staff_slot, tests.slot(:doctor) as staff_slot_2,
    tests.slot(:doctor) as second_slot \gset
select tests.act_as('doctor', :sun);
select id, manage_token
from api.book_slot(:staff_slot, 'Guest', 'guest@example.com') \gset desk_
select tests.act_as('admin', :eve);
select id as bobs, patient_name as bobs_name, manage_token is null as no_token
from api.book_slot(:staff_slot_2, account_id => :bob) \gset
select tests.act_as_nobody();
select is(
    (select (b.account_id, b.booked_by_id, b.booked_by_role)::text
        from data.booking as b where b.id = :desk_id),
    '(,' || :sun || ',doctor)', 'what a doctor books at the desk is a guest''s'
);
select tests.act_as('anon');
select is(
    (select b.id from api.get_booking(:desk_id, :'desk_manage_token') as b), :desk_id::bigint,
    'who gets the token that came with the answer'
);
select tests.act_as_nobody();
select is(
    (select (b.account_id, b.booked_by_id, b.booked_by_role)::text
        from data.booking as b where b.id = :bobs),
    '(' || :bob || ',' || :eve || ',admin)', 'or the account''s that was named'
);
select is(:'bobs_name'::text, 'Bob', 'in that name');
select ok(:'no_token'::boolean, 'without a token');

-- What a clinic lets one do.
select tests.clinic() as strict, tests.account('Sky', 'doctor') as sky \gset
select tests.doctor(clinic => :strict, account => :sky) as skys \gset
\set on 'select api.book_slot(%s, ''Ann'', ''pat@example.com'')'
create temp table place as
select p.title, tests.slot(:skys, clock_timestamp() + p.ahead) as slot
from (
    values
    ('too soon', interval '119 minutes'), ('soon', '150 minutes'), ('late', '47 hours'),
    ('too late', '48 hours 1 minute'), ('next', '4 hours'), ('next but one', '5 hours')
) as p (title, ahead);
select p.slot as soon from place as p where p.title = 'soon' \gset
select p.slot as next from place as p where p.title = 'next' \gset
select p.slot as too_soon from place as p where p.title = 'too soon' \gset
select p.slot as too_late from place as p where p.title = 'too late' \gset
update data.clinic as c
set booking_notice_minutes = 120, booking_horizon_days = 2, payment_terms = 'AT_VISIT',
    unpaid_limit = 2
where c.id = :strict;
grant select on place to public;
select tests.act_as('anon');
select
    is(
        left(tests.refusal_of(format(:'on', p.slot)), 28), c.refusal,
        format('a slot may be %s', p.title)
    )
from (
    values
    ('too soon', 'PT409 outside_booking_window'), ('soon', null), ('late', null),
    ('too late', 'PT409 outside_booking_window')
) as c (title, refusal)
join place as p on p.title = c.title;
select id, status, payment_status, confirmed_at, expires_at is null as endless,
    to_jsonb(n) - 'manage_token' as shown
from api.book_slot(:soon, 'Ann', 'pat@example.com') as n \gset visit_
select is(
    :'visit_status' || ' ' || :'visit_payment_status' || ' ' || :'visit_endless',
    'CONFIRMED DUE t', 'where one pays at the visit, a booking is confirmed at once'
);
select tests.act_as_nobody();
select is(
    :'visit_shown'::jsonb, (select to_jsonb(b) from api.booking as b where b.id = :visit_id),
    'what its guest gets is what the view shows'
);
update data.clinic as c set payment_terms = 'PREPAID' where c.id = :strict;
select is(
    (select (b.payment_terms, b.cancellation_notice_hours)::text
        from data.booking as b where b.id = :visit_id),
    '(AT_VISIT,0)', 'its terms are frozen'
);
select tests.booking(:second_slot, patient_email => 'PAT@example.com') as second \gset
select tests.act_as('anon');
select throws_ok(
    format(:'on', :next), 'PT409', 'too_many_unpaid',
    'an address has as many unpaid bookings as the clinic says, at whatever clinic they are'
);
select is(
    tests.refusal_of(replace(format(:'on', :next), 'pat@', 'bob@')), null, 'another has none'
);
select tests.act_as('patient', :bob);
select is(tests.refusal_of(format(:'on', :next)), null, 'nor has an account of that address');
select tests.act_as('doctor', :sky);
select is(tests.refusal_of(format(:'on', :next)), null, 'staff book however many');
select is(tests.refusal_of(format(:'on', :too_soon)), null, 'however soon');
select is(tests.refusal_of(format(:'on', :too_late)), null, 'and however late');
select tests.act_as_nobody();
select tests.run_out(:second);
select tests.act_as('anon');
select is(tests.refusal_of(format(:'on', :next)), null, 'a hold that ran out is not counted');
select tests.act_as_nobody();
select tests.payment(:visit_id, 'SUCCEEDED');
update data.clinic as c set unpaid_limit = 1 where c.id = :strict;
select tests.act_as('anon');
select is(tests.refusal_of(format(:'on', :next)), null, 'nor is what was paid');

-- Two places at a time.
select tests.act_as_nobody();
select tests.slot(
    tests.doctor(clinic => tests.clinic()),
    (select s.start_time from data.slot as s where s.id = :next)
) as beside \gset
select tests.booking(:beside, :bob);
update data.clinic as c set unpaid_limit = 10 where c.id = :strict;
select tests.act_as('patient', :bob);
select is(tests.refusal_of(format(:'on', :next)), null, 'one may be at two places at a time');
select tests.act_as_nobody();
update data.clinic as c set overlap_allowed = false where c.id = :strict;
select tests.act_as('patient', :bob);
select throws_ok(
    format(:'on', :next), 'PT409', 'overlaps_own_booking', 'unless the clinic says otherwise'
);
select tests.act_as('patient', :ann);
select is(tests.refusal_of(format(:'on', :next)), null, 'somebody else may');
select tests.act_as('doctor', :sky);
select throws_ok(
    format('select api.book_slot(%s, ''Bob'', ''b@example.com'', account_id => %s)', :next, :bob),
    'PT409', 'overlaps_own_booking', 'staff cannot be at two places for a patient'
);
select tests.act_as_nobody();

select * from finish();
rollback;
