begin;
select plan(34);

-- Cancelling is never in time for a refund here, unless the staff cancels.
select tests.clinic(cancellation_notice_hours => 8760) as clinic,
    tests.account('Ann') as ann, tests.account('Bob', 'doctor') as bob,
    tests.account('Cid', 'doctor') as cid, tests.account('Eve', 'admin') as eve \gset
select tests.doctor('Dr. Bob', 50, :bob, :clinic) as doctor,
    tests.doctor('Dr. Cid', account => :cid) as other \gset
select tests.slot(:doctor) as free, tests.slot(:doctor) as held, tests.slot(:doctor) as paid,
    tests.slot(:doctor) as run_out, tests.slot(:doctor) as over, tests.slot(:doctor) as attended,
    tests.slot(:doctor, clock_timestamp() - interval '1 day') as past,
    tests.slot(:doctor, capacity => 10) as big, tests.slot(:other) as strange \gset
select tests.booking(:held) as holding, tests.booking(:paid, status => 'CONFIRMED') as paying,
    tests.booking(:run_out) as late, tests.booking(:over, status => 'FAILED') as failed,
    tests.booking(:over, status => 'CANCELLED') as cancelled,
    tests.booking(:attended, status => 'CHECKED_IN') as present,
    tests.booking(:past, status => 'CONFIRMED') as missed,
    tests.booking(:big, seats => 2, status => 'CONFIRMED') as big_paid,
    tests.booking(:big, :ann) as big_held, tests.booking(:big) as big_late,
    tests.booking(:big, status => 'CANCELLED') as big_cancelled,
    tests.booking(:big, status => 'COMPLETED') as big_completed,
    tests.booking(:big, amount => 0, status => 'CONFIRMED') as big_gift \gset
select tests.payment(:big_held) as open_payment \gset
select tests.run_out(b) from unnest(array[:late, :big_late]::bigint[]) as b;

create function tests.status(booking bigint) returns text
language sql security definer
as $$select b.status::text from data.booking as b where b.id = booking$$;

select tests.act_as('doctor', :bob);
select lives_ok(format('select api.delete_slot(%s)', :free), 'a doctor deletes a free slot');
select throws_ok(format('select api.get_slot(%s)', :free), 'PT404', 'slot_not_found',
    'nobody sees it again');
select throws_ok(format('select api.delete_slot(%s)', :free), 'PT404', 'slot_not_found',
    'a slot is deleted only once');
select throws_ok(
    format($$select api.book_slot(%s, 'Ann', 'ann@example.com')$$, :free),
    'PT404', 'slot_not_found', 'a deleted slot cannot be booked'
);
select throws_ok(format('select api.delete_slot(%s)', :held), 'PT409', 'slot_has_bookings',
    'a held slot stays');
select throws_ok(format('select api.delete_slot(%s, force => false)', :paid),
    'PT409', 'slot_has_bookings', 'so does a booked one');
select throws_ok(format('select api.delete_slot(%s, force => null)', :paid),
    'PT409', 'slot_has_bookings', 'null is no force');
select is(tests.status(:holding), 'PENDING', 'the hold of a slot that stays goes on');
select is(tests.status(:paying), 'CONFIRMED', 'so does a confirmed booking');
select lives_ok(format('select api.get_slot(%s)', :paid), 'a slot that stays is seen');
select lives_ok(format('select api.delete_slot(%s)', :run_out),
    'a hold that has run out is in nobody''s way');
select is(tests.status(:late), 'FAILED', 'and has failed, it was not cancelled');
select lives_ok(format('select api.delete_slot(%s)', :over), 'nor are bookings that are over');
select is(
    array[tests.status(:failed), tests.status(:cancelled)], array['FAILED', 'CANCELLED'],
    'which stay as they were'
);
select lives_ok(format('select api.delete_slot(%s)', :attended), 'nor are visits');
select is(tests.status(:present), 'CHECKED_IN', 'which stay as they were');
select throws_ok(format('select api.delete_slot(%s)', :past), 'PT409', 'slot_has_bookings',
    'a past slot stays while it has a live booking');

select throws_ok(format('select api.delete_slot(%s)', :strange), 'PT404', 'slot_not_found',
    'a doctor deletes no slot of another');
select throws_ok(format('select api.delete_slot(%s, force => true)', :strange),
    'PT404', 'slot_not_found', 'not even with force');
select throws_ok(format('select api.delete_slot(%s, %s)', :held, :other), 'PT404', 'slot_not_found',
    'a slot is not found under another doctor');
select throws_ok('select api.delete_slot(-1)', 'PT404', 'slot_not_found',
    'an unknown slot is not found');

select lives_ok(format('select api.delete_slot(%s, %s, true)', :big, :doctor),
    'with force a doctor deletes a slot with live bookings');
select is(
    array[
        tests.status(:big_paid), tests.status(:big_held), tests.status(:big_late),
        tests.status(:big_cancelled), tests.status(:big_completed), tests.status(:big_gift)
    ],
    array['CANCELLED', 'CANCELLED', 'FAILED', 'CANCELLED', 'COMPLETED', 'CANCELLED'],
    'live bookings are cancelled, the others stay as they were'
);
select tests.act_as('patient', :ann);
select results_eq(
    format($$select slot_id, status, payment_status, cancelled_at is not null, cancelled_by::text
        from api.get_booking(%s)$$, :big_held),
    format($$values (%s::bigint, 'CANCELLED'::data.booking_status,
        'NONE'::data.booking_payment_status, true, 'STAFF')$$, :big),
    'the patient still sees the booking, as cancelled by the clinic'
);
reset role;
select results_eq(
    $$select p.booking_id, f.amount, f.status::text
      from data.refund as f join data.payment as p on p.id = f.payment_id$$,
    format($$values (%s::bigint, 100.00, 'DUE')$$, :big_paid),
    'what was paid is owed back in full, and nothing else'
);
select is((select p.status::text from data.payment as p where p.id = :open_payment), 'CANCELLED',
    'an open payment is closed');
select is(
    (select count(*) from data.slot as s where s.id in (:free, :big) and s.deleted_at is not null),
    2::bigint, 'deleted slots are marked, not erased'
);
select throws_ok(
    format($$insert into data.booking
            (slot_id, doctor_id, slot_capacity, patient_name, patient_email, seats, status, amount,
            currency, manage_token_hash, expires_at)
        select s.id, s.doctor_id, 10, 'Ann', 'ann@example.com', '{[1,2)}', 'PENDING', 1, 'USD',
            sha256('x'), clock_timestamp() + interval '1 hour'
        from data.slot as s where s.id = %s$$, :big),
    '23503', null, 'not even by hand a deleted slot can be booked'
);
select throws_ok(
    format('update data.slot set deleted_at = clock_timestamp() where id = %s', :paid),
    '23514', null, 'not even by hand a booked slot can be deleted'
);

select tests.act_as('admin', :eve);
select lives_ok(format('select api.delete_slot(%s)', :strange),
    'an admin deletes slots of any doctor');
select throws_ok(format('select api.delete_slot(%s)', :paid), 'PT409', 'slot_has_bookings',
    'but not booked ones without force');
select tests.act_as('admin');
select throws_ok(format('select api.delete_slot(%s)', :paid), 'PT401', 'unauthenticated',
    'an admin''s role without an account is nobody');
select tests.act_as('anon');
select throws_ok(format('select api.delete_slot(%s)', :paid), '42501', null,
    'anonymous callers delete no slots');
select tests.act_as('patient', :ann);
select throws_ok(format('select api.delete_slot(%s)', :paid), '42501', null,
    'patients delete no slots');

select * from finish();
rollback;
