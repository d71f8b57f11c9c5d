begin;
select plan(9);

select tests.account() as ann, tests.account(role => 'doctor') as sun \gset
select tests.clinic(time_zone => 'Pacific/Auckland') as auckland \gset
select tests.doctor(account => :sun, clinic => :auckland) as doctor \gset
select tests.slot(:doctor, now() - interval '10 minutes', 30, 50) as slot \gset
select tests.booking(:slot, :ann, status => 'CONFIRMED') as anns \gset

select results_eq(
    format('select * from tests.answers_to(%L, %s)', 'check_in', :anns),
    array[
        'its doctor: done', 'a clerk: done', 'an admin: done',
        'its owner: 42501 permission', 'another doctor: PT404 booking_not_found',
        'a clerk elsewhere: PT404 booking_not_found', 'nobody: 42501 permission'
    ],
    'the doctor and the front desk may, others may not'
);

select is(
    array(
        select regexp_replace(a, 'Booking \d+', 'It')
        from tests.answers_by_status('check_in', :slot) as a
    ),
    array[
        'PENDING: PT409 booking_not_confirmed It is PENDING.',
        'CONFIRMED: done',
        'FAILED: PT409 booking_not_confirmed It is FAILED.',
        'CANCELLED: PT409 booking_not_confirmed It is CANCELLED.',
        'CHECKED_IN: PT409 booking_not_confirmed It is CHECKED_IN.',
        'COMPLETED: PT409 booking_not_confirmed It is COMPLETED.',
        'NO_SHOW: done'
    ],
    'only some statuses admit it'
);

select tests.act_as('doctor', :sun);
select is(
    (select b.status::text from api.check_in(:anns) as b), 'CHECKED_IN', 'the patient is there'
);
select tests.act_as_nobody();
select ok(
    (select b.checked_in_at > now() and not core.is_active(b.status)
            and core.holds_seats(b.status) from data.booking as b
    where b.id = :anns),
    'since then; the booking keeps its seats, and cannot be cancelled any more'
);
select is(
    (select b.payment_status::text from api.booking as b where b.id = :anns), 'SUCCEEDED',
    'what was paid stays as it is'
);
-- The day of the visit is that of the clinic: in Auckland it begins half a day before that in UTC.
select core.day_start((now() at time zone 'Pacific/Auckland')::date + 1, 'Pacific/Auckland')
    as midnight \gset
select tests.booking(:slot, status => 'CONFIRMED') as early \gset
select tests.move_slot(:slot, :'midnight');
select tests.act_as('doctor', :sun);
select throws_ok(
    format('select api.check_in(%s)', :early), 'PT409', 'too_early_to_check_in',
    'not on the day before'
);
select tests.act_as_nobody();
select tests.move_slot(:slot, :'midnight'::timestamptz - interval '1 minute');
select tests.act_as('doctor', :sun);
select lives_ok(format('select api.check_in(%s)', :early), 'at any time of that day');
-- Whoever was missed has lost the seat.
select tests.act_as_nobody();
select tests.booking(:slot, seats => 40, status => 'NO_SHOW') as late \gset
update data.slot as s set capacity = 20 where s.id = :slot;
select throws_ok(
    format('select api.check_in(%s)', :late), 'PT409', 'slot_taken',
    'not where the slot has been made smaller since'
);
select tests.run_out(tests.booking(:slot));
select throws_ok(
    format('select api.check_in(%s)', (select max(b.id) from data.booking as b)), 'PT409',
    'booking_not_confirmed', 'nor where the hold ran out'
);

select * from finish();
rollback;
