begin;
select plan(18);

set local timezone = 'UTC';
select tests.account(role => 'doctor') as bob \gset
select tests.doctor(account => :bob) as doctor, tests.doctor() as other \gset
select tests.hours(:doctor);
select core.fit_slots(:doctor, null, null);
select
    tests.slot(:doctor, tests.at(3, '12:00')) as by_hand,
    tests.slot(:other, tests.at(3, '09:00')) as others,
    tests.slot(:doctor, clock_timestamp() - interval '40 minutes') as started
\gset
\set off 'select api.create_time_off(%s, tests.at(%s), tests.at(%s))'

select tests.act_as('doctor', :bob);
select results_eq(
    format($$select doctor_id, start_time, end_time, reason::text
        from api.create_time_off(%s, tests.at(3, '09:30'), tests.at(4, '09:30'), 'Rest')$$,
        :doctor),
    format($$values (%s::bigint, tests.at(3, '09:30'), tests.at(4, '09:30'), 'Rest')$$, :doctor),
    'time off is kept as it was said'
);
select is(
    tests.day_of(:doctor, 3) || ' ' || tests.day_of(:doctor, 4), '[09:00] [09:30]',
    'free slots in it are closed, those made by hand too; others stay'
);
select is(tests.day_of(:other, 3), '09:00', 'another doctor''s as well');
select lives_ok(
    format(:'off', :doctor, '-1, ''00:00''', '0, ''23:59'''), 'it may have begun'
);
reset role;
select is(
    (select s.open from data.slot as s where s.id = :started), true, 'what has started stays'
);
select core.fit_slots(:doctor, null, null);
select is(tests.day_of(:doctor, 4), '[09:30]', 'nothing is made in it');

-- With bookings.
select tests.booking(s.id, status => 'CONFIRMED') as booking, s.id as slot
from data.slot as s where s.start_time = tests.at(5, '09:00') and s.deleted_at is null \gset
select tests.booking(s.id) as held
from data.slot as s where s.start_time = tests.at(5, '09:30') and s.deleted_at is null \gset
select tests.act_as('doctor', :bob);
select throws_ok(
    format(:'off', :doctor, '5, ''09:10''', '5, ''09:20'''), 'PT409', 'time_off_has_bookings',
    'a live booking is in the way, however little of its slot is touched'
);
select is(tests.day_of(:doctor, 5), '[09:00] [09:30]', 'then nothing is closed');
select is(
    (select count(*) from api.list_time_off(:doctor)), 2::bigint, 'and no time off is kept'
);
select lives_ok(
    format(:'off', :doctor, '5, ''09:10''', '5, ''09:20''), force => (true'),
    'with force it is not'
);
select is(tests.day_of(:doctor, 5), '[09:30]', 'its slot is closed, no other');
reset role;
select results_eq(
    format($$select b.status::text, b.payment_status::text, b.cancelled_by::text
        from api.booking as b where b.id in (%s, %s) order by b.id$$, :booking, :held),
    $$values ('CANCELLED', 'REFUND_DUE', 'STAFF'), ('PENDING', 'DUE', null)$$,
    'and the booking cancelled by the clinic, with the money owed back'
);
select tests.run_out(:held);
select tests.act_as('doctor', :bob);
select lives_ok(
    format(:'off', :doctor, '5, ''09:30''', '5, ''10:00'''), 'a hold that has run out is no booking'
);
select is(tests.day_of(:doctor, 5), '', 'its slot is closed');
select is(
    (select count(*) from api.list_doctor_slots(:doctor, "from" => tests.at(5, '00:00'),
        "to" => tests.at(6, '00:00'))), 0::bigint,
    'as everybody sees'
);

select throws_ok(
    format(:'off', :doctor, '5, ''09:30''', '5, ''09:30'''), 'PT400', 'invalid_parameter',
    'it lasts for a while'
);
select throws_ok(
    format(:'off', :other, '5, ''09:30''', '5, ''10:00'''), 'PT404', 'doctor_not_found',
    'nobody sends another away'
);
select tests.act_as('clerk', tests.account(role => 'clerk'));
select throws_ok(
    format(:'off', :doctor, '5, ''09:30''', '5, ''10:00'''), '42501', null, 'nor does a clerk'
);

select * from finish();
rollback;
