begin;
select plan(12);

select
    tests.account(role => 'doctor') as sun, tests.account(role => 'doctor') as moon,
    tests.account(role => 'admin') as eve, tests.account(role => 'clerk') as joe,
    tests.account() as ann
\gset
select tests.doctor(account => :sun, clinic => tests.clinic(name => 'A, B')) as doctor \gset
select
    tests.slot(:doctor) as full, tests.slot(:doctor, capacity => 3) as group,
    tests.slot(:doctor) as empty, tests.slot(:doctor) as gone,
    tests.slot(:doctor, clock_timestamp() + interval '100 days') as far
\gset
select tests.booking(s.slot, :ann, status => s.status, patient_name => 'Secret Name')
from (
    values (:full, 'CONFIRMED'), (:group, 'CONFIRMED'), (:group, 'PENDING'), (:gone, 'CANCELLED'),
    (:far, 'CONFIRMED')
) as s (slot, status);
insert into data.calendar_link (doctor_id, account_id, token_hash)
values (:doctor, :sun, core.hash_token('right'));

select tests.act_as('doctor', :sun);
select api.get_doctor_calendar(:doctor) as calendar \gset
select results_eq(
    format($$select m[1] from regexp_matches(%L, 'SUMMARY:([^\r]*)', 'g') as m$$, :'calendar'),
    $$values ('Booked'), ('Booked: 2 of 3')$$, 'the doctor sees when there are visits'
);
select ok(:'calendar' !~ 'Secret|example.com|ATTENDEE', 'and not whose');
select results_eq(
    format($$select tests.ics_value(%L, p) from unnest(array[
        'X-WR-CALNAME', 'REFRESH-INTERVAL;VALUE=DURATION', 'X-PUBLISHED-TTL']) as p$$, :'calendar'),
    array['Appointments: A\, B', 'PT1H', 'PT1H'],
    'what to call it, and to come back each hour'
);
select tests.act_as('admin', :eve);
select is(
    regexp_count(api.get_doctor_calendar(:doctor), 'BEGIN:VEVENT'), 2, 'so does an admin'
);
select tests.act_as('anon');
select is(
    regexp_count(api.get_doctor_calendar(:doctor, 'right'), 'BEGIN:VEVENT'), 2,
    'and whoever has the secret link'
);
select throws_ok(
    format('select api.get_doctor_calendar(%s, %L)', :doctor, 'wrong'), 'PT404', 'doctor_not_found',
    'not another one'
);
select throws_ok(
    format('select api.get_doctor_calendar(%s)', :doctor), 'PT404', 'doctor_not_found', 'or none'
);
select tests.act_as('doctor', :moon);
select throws_ok(
    format('select api.get_doctor_calendar(%s)', :doctor), 'PT404', 'doctor_not_found',
    'not another doctor'
);
select tests.act_as('clerk', :joe);
select throws_ok(
    format('select api.get_doctor_calendar(%s)', :doctor), 'PT404', 'doctor_not_found', 'no clerk'
);
select tests.act_as('patient', :ann);
select throws_ok(
    format('select api.get_doctor_calendar(%s)', :doctor), 'PT404', 'doctor_not_found', 'no patient'
);
select tests.act_as('admin', :eve);
select throws_ok(
    'select api.get_doctor_calendar(0)', 'PT404', 'doctor_not_found', 'there must be one'
);
select tests.act_as_nobody();
select tests.doctor() as idle \gset
select is(regexp_count(api.get_doctor_calendar(:idle), 'BEGIN'), 1, 'a calendar may be empty');

select * from finish();
rollback;
