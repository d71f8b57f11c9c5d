begin;
select plan(6);

select tests.account() as ann, tests.account(role => 'doctor') as sun \gset
select tests.clinic(time_zone => 'Pacific/Auckland') as auckland \gset
select tests.doctor(account => :sun, clinic => :auckland) as doctor \gset
select tests.slot(:doctor, now() - interval '10 minutes', 30, 50) as slot \gset
select tests.booking(:slot, :ann, status => 'CHECKED_IN') as anns \gset

select results_eq(
    format('select * from tests.answers_to(%L, %s)', 'complete_visit', :anns),
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
        from tests.answers_by_status('complete_visit', :slot) as a
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
    (select b.status::text from api.complete_visit(:anns) as b), 'COMPLETED', 'the visit is over'
);
select tests.act_as_nobody();
select ok(
    (select b.completed_at > b.checked_in_at from data.booking as b where b.id = :anns),
    'both times are kept'
);
select tests.booking(:slot, status => 'CHECKED_IN') as back \gset
update data.booking as b set checked_in_at = now() + interval '1 hour' where b.id = :back;
select is(
    (select b.completed_at from api.complete_visit(:back) as b), now() + interval '1 hour',
    'a clock that was put back does no harm'
);

select tests.slot(:doctor) as later \gset
select tests.booking(:later, status => 'CHECKED_IN') as early, tests.waitlist_entry(:later) as waits
\gset
select api.complete_visit(:early);
select ok(
    (select w.booking_id > 0 from data.waitlist_entry as w where w.id = :waits),
    'a seat that is left before the time goes to who waits'
);

select * from finish();
rollback;
