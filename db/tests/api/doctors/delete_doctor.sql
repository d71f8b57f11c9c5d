begin;
select plan(28);

-- Cancelling is never in time for a refund here, unless the staff cancels.
select tests.clinic(cancellation_notice_hours => 8760) as clinic,
    tests.account('Ann') as ann, tests.account('Bob', 'doctor') as bob,
    tests.account('Eve', 'admin') as eve \gset
select tests.doctor('Dr. Bob', 50, :bob, :clinic) as doctor, tests.doctor('Dr. Idle') as idle,
    tests.doctor('Dr. Other') as other, tests.doctor('Dr. New', listed => false) as unlisted \gset
select tests.slot(:doctor) as held, tests.slot(:doctor, capacity => 3) as paid,
    tests.slot(:doctor) as free,
    tests.slot(:doctor, clock_timestamp() - interval '1 hour') as past,
    tests.slot(:idle) as run_out, tests.slot(:idle) as over,
    tests.slot(:idle, clock_timestamp() - interval '1 hour') as idle_past,
    tests.slot(:other) as strange \gset
select tests.booking(:held, :ann) as holding,
    tests.booking(:paid, seats => 2, status => 'CONFIRMED') as paying,
    tests.booking(:paid, status => 'CANCELLED') as cancelled,
    tests.booking(:past, :ann, status => 'CONFIRMED') as visit, tests.booking(:run_out) as late,
    tests.booking(:over, status => 'FAILED') as failed,
    tests.booking(:idle_past, status => 'CONFIRMED') as idle_visit,
    tests.booking(:strange, status => 'CONFIRMED') as stranger \gset
select tests.payment(:holding) as open_payment \gset
select tests.run_out(:late);

create function tests.status(booking bigint) returns text
language sql security definer
as $$select b.status::text from data.booking as b where b.id = booking$$;

select tests.act_as('admin', :eve);
select lives_ok(format('select api.delete_doctor(%s)', :idle),
    'a doctor without live bookings to come is deleted, past visits or not');
select throws_ok(format('select api.get_doctor(%s)', :idle), 'PT404', 'doctor_not_found',
    'nobody sees the doctor again');
select is_empty(format('select * from api.list_slots(doctor_id => %s, available => false)', :idle),
    'nor any of the slots');
select throws_ok(format('select api.delete_doctor(%s)', :idle), 'PT404', 'doctor_not_found',
    'a doctor is deleted only once');
select is(
    array[tests.status(:late), tests.status(:failed), tests.status(:idle_visit)],
    array['FAILED', 'FAILED', 'CONFIRMED'], 'bookings that are over, or past, stay as they were'
);

select throws_ok(format('select api.delete_doctor(%s)', :doctor), 'PT409', 'doctor_has_bookings',
    'a doctor with live bookings stays');
select throws_ok(format('select api.delete_doctor(%s, false)', :doctor),
    'PT409', 'doctor_has_bookings', 'without force');
select throws_ok(format('select api.delete_doctor(%s, null)', :doctor),
    'PT409', 'doctor_has_bookings', 'and null is no force');
select is(
    (select count(*) from api.list_doctor_slots(:doctor)), 3::bigint,
    'then the slots stay, too, also free ones'
);
select is(array[tests.status(:holding), tests.status(:paying)], array['PENDING', 'CONFIRMED'],
    'and so do the bookings');
select throws_ok('select api.delete_doctor(-1)', 'PT404', 'doctor_not_found',
    'an unknown doctor is not found');
select throws_ok(format('select api.delete_doctor(%s)', :unlisted), 'PT404', 'doctor_not_found',
    'a doctor who waits for approval is not found');

select lives_ok(format('select api.delete_doctor(%s, true)', :doctor),
    'with force a doctor with live bookings is deleted');
select is(
    array[tests.status(:holding), tests.status(:paying), tests.status(:cancelled),
        tests.status(:visit)],
    array['CANCELLED', 'CANCELLED', 'CANCELLED', 'CONFIRMED'],
    'live bookings to come are cancelled, past visits are not'
);
select is(tests.status(:stranger), 'CONFIRMED', 'nor are those of other doctors');
select throws_ok(format($$select api.book_slot(%s, 'Ann', 'ann@example.com')$$, :free),
    'PT404', 'slot_not_found', 'the slots cannot be booked again');
select throws_ok(
    format('select api.create_slot(%L, doctor_id => %s)', '2031-06-02 09:00+00', :doctor),
    'PT404', 'doctor_not_found', 'nor can new ones be opened');

select tests.act_as('patient', :ann);
select results_eq(
    'select id, status, payment_status, doctor_name::text, cancelled_by::text
        from api.list_my_bookings()',
    format($$values
        (%s::bigint, 'CONFIRMED'::data.booking_status, 'SUCCEEDED'::data.booking_payment_status,
            'Dr. Bob', null),
        (%s, 'CANCELLED', 'NONE', 'Dr. Bob', 'STAFF')$$, :visit, :holding),
    'the patient still sees both bookings, and who cancelled'
);
select tests.act_as('doctor', :bob);
select throws_ok(format($$select api.update_doctor(%s, city => 'Rome')$$, :doctor),
    'PT404', 'doctor_not_found', 'the account no longer acts as the doctor');
reset role;
select results_eq(
    $$select p.booking_id, f.amount, f.status::text
      from data.refund as f join data.payment as p on p.id = f.payment_id$$,
    format($$values (%s::bigint, 100.00, 'DUE')$$, :paying),
    'what was paid is owed back in full, and nothing else'
);
select is((select p.status::text from data.payment as p where p.id = :open_payment), 'CANCELLED',
    'an open payment is closed');
select is(
    array(select s.id from data.slot as s where s.doctor_id = :doctor and s.deleted_at is null),
    array[:past]::bigint[], 'past slots are kept as they are'
);
select is((select count(*) from data.slot as s where s.doctor_id = :doctor), 4::bigint,
    'nothing is ever erased');
select tests.act_as('admin', :eve);
select lives_ok(format($$select api.create_doctor('Dr. Bob', 'Surgery', account_id => %s)$$, :bob),
    'the account may act as a new doctor');

select tests.act_as('admin');
select throws_ok(format('select api.delete_doctor(%s)', :other), 'PT401', 'unauthenticated',
    'an admin''s role without an account is nobody');
select tests.act_as('anon');
select throws_ok(format('select api.delete_doctor(%s)', :other), '42501', null,
    'anonymous callers delete no doctor');
select tests.act_as('patient', :ann);
select throws_ok(format('select api.delete_doctor(%s)', :other), '42501', null,
    'patients delete no doctor');
select tests.act_as('doctor', :bob);
select throws_ok(format('select api.delete_doctor(%s)', :other), '42501', null,
    'doctors delete no doctor, not even themselves');

select * from finish();
rollback;
