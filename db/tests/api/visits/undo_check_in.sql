begin;
select plan(5);

select tests.account() as ann, tests.account(role => 'doctor') as sun \gset
select tests.clinic(time_zone => 'Pacific/Auckland') as auckland \gset
select tests.doctor(account => :sun, clinic => :auckland) as doctor \gset
select tests.slot(:doctor, now() - interval '10 minutes', 30, 50) as slot \gset
select tests.booking(:slot, :ann, status => 'CHECKED_IN') as anns \gset

select results_eq(
    format('select * from tests.answers_to(%L, %s)', 'undo_check_in', :anns),
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
        from tests.answers_by_status('undo_check_in', :slot) as a
    ),
    array[
        'PENDING: PT409 booking_not_checked_in It is PENDING.',
        'CONFIRMED: PT409 booking_not_checked_in It is CONFIRMED.',
        'FAILED: PT409 booking_not_checked_in It is FAILED.',
        'CANCELLED: PT409 booking_not_checked_in It is CANCELLED.',
        'CHECKED_IN: done',
        'COMPLETED: PT409 booking_not_checked_in It is COMPLETED.',
        'NO_SHOW: PT409 booking_not_checked_in It is NO_SHOW.'
    ],
    'only some statuses admit it'
);

select tests.act_as('doctor', :sun);
select is(
    (select b.status::text from api.undo_check_in(:anns) as b), 'CONFIRMED', 'it was a mistake'
);
select tests.act_as_nobody();
select ok(
    (select b.checked_in_at is null and core.is_active(b.status) from data.booking as b
        where b.id = :anns),
    'and the booking is active again'
);
-- A slot with nobody but people who are there can be deleted.
select tests.slot(:doctor) as gone \gset
select tests.booking(:gone, status => 'CHECKED_IN') as left_behind \gset
select api.delete_slot(:gone);
select throws_ok(
    format('select api.undo_check_in(%s)', :left_behind), 'PT409', 'slot_closed',
    'not where the slot has been deleted since'
);

select * from finish();
rollback;
