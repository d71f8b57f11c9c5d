begin;
select plan(6);

select tests.account() as ann, tests.account(role => 'doctor') as sun \gset
select tests.clinic(time_zone => 'Pacific/Auckland') as auckland \gset
select tests.doctor(account => :sun, clinic => :auckland) as doctor \gset
select tests.slot(:doctor, now() - interval '10 minutes', 30, 50) as slot \gset
select tests.booking(:slot, :ann, status => 'CONFIRMED') as anns \gset

select results_eq(
    format('select * from tests.answers_to(%L, %s)', 'record_no_show', :anns),
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
        from tests.answers_by_status('record_no_show', :slot) as a
    ),
    array[
        'PENDING: PT409 booking_not_confirmed It is PENDING.',
        'CONFIRMED: done',
        'FAILED: PT409 booking_not_confirmed It is FAILED.',
        'CANCELLED: PT409 booking_not_confirmed It is CANCELLED.',
        'CHECKED_IN: PT409 booking_not_confirmed It is CHECKED_IN.',
        'COMPLETED: PT409 booking_not_confirmed It is COMPLETED.',
        'NO_SHOW: PT409 booking_not_confirmed It is NO_SHOW.'
    ],
    'only some statuses admit it'
);

select tests.act_as('clerk', tests.account(role => 'clerk', clinic => :auckland));
select is((select b.status::text from api.record_no_show(:anns) as b), 'NO_SHOW', 'nobody came');
select tests.act_as_nobody();
select is(
    (select b.payment_status::text from api.booking as b where b.id = :anns), 'SUCCEEDED',
    'what was paid is kept'
);
select tests.booking(:slot, status => 'CONFIRMED') as early \gset
select tests.move_slot(:slot, now() + interval '1 minute');
select throws_ok(
    format('select api.record_no_show(%s)', :early), 'PT409', 'slot_not_started',
    'nobody is late before the start'
);
select tests.move_slot(:slot, now());
select lives_ok(format('select api.record_no_show(%s)', :early), 'from the start on one is');

select * from finish();
rollback;
