begin;
select plan(24);

select
    tests.account() as ann,
    tests.account(role => 'doctor') as sun,
    tests.account(role => 'doctor') as moon,
    tests.clinic(time_zone => tests.noon_zone()) as clinic
\gset
select
    tests.account(role => 'clerk', clinic => :clinic) as joe,
    tests.account(role => 'clerk', clinic => tests.clinic()) as kim,
    tests.doctor(account => :sun, clinic => :clinic) as doctor,
    tests.doctor(account => :moon, clinic => :clinic) as other
\gset
-- It is noon. Slots of half an hour, by when they start in minutes from now.
create temp table at as
select m.minutes, tests.slot(:doctor, now() + m.minutes * interval '1 minute', 30, 5) as slot
from unnest('{-1440,-90,-20,10,40,1440}'::integer[]) as m (minutes);
create function pg_temp.at(minutes integer) returns bigint
language sql stable
as $$select a.slot from at as a where a.minutes = at.minutes$$;

select
    tests.booking(pg_temp.at(-1440), status => 'CONFIRMED') as yesterday,
    tests.booking(pg_temp.at(-90), status => 'COMPLETED') as over,
    tests.booking(pg_temp.at(-90), status => 'NO_SHOW') as missed,
    tests.booking(pg_temp.at(-90), status => 'CONFIRMED') as late,
    tests.booking(pg_temp.at(-20), status => 'CONFIRMED') as b1,
    tests.booking(pg_temp.at(-20), status => 'CHECKED_IN', patient_name => 'Bob') as b2,
    tests.booking(pg_temp.at(10), status => 'CHECKED_IN', seats => 2) as b3,
    tests.booking(pg_temp.at(10), status => 'PENDING') as unpaid,
    tests.booking(pg_temp.at(10), status => 'CANCELLED') as cancelled,
    tests.booking(pg_temp.at(40), :ann, status => 'CONFIRMED') as anns,
    tests.booking(pg_temp.at(40), status => 'CONFIRMED', manage_token => 'right') as guests,
    tests.booking(pg_temp.at(1440), :ann, status => 'CONFIRMED') as tomorrow
\gset
update data.booking as b
set checked_in_at = now() - interval '2 hours', completed_at = now() - interval '80 minutes'
where b.id = :over;
update data.booking as b set checked_in_at = now() - interval '15 minutes' where b.id = :b2;
select tests.booking(tests.slot(:other, now()), status => 'CONFIRMED') as elsewhere \gset
\set queue 'select q.id, q.position, q.expected_wait_minutes from api.list_queue(%s) as q'

-- Visits take forty minutes: the only one that is over did.
select tests.act_as('doctor', :sun);
select results_eq(
    format(:'queue', :doctor),
    format(
        $$values (%s::bigint, 1, 0), (%s, 2, 0), (%s, 3, 40), (%s, 4, 80), (%s, 5, 120),
            (%s, 6, 160)$$,
        :late, :b2, :b1, :b3, :anns, :guests
    ),
    'a doctor sees who waits today, in the order of the day and then of arrival, and how long'
);
select results_eq(
    format('select status::text, checked_in_at is not null, seats, patient_name::text, start_time,
        end_time from api.list_queue(%s) where position = 2', :doctor),
    $$values ('CHECKED_IN', true, 1, 'Bob', now() - interval '20 minutes',
        now() + interval '10 minutes')$$,
    'each with what staff needs'
);
select results_eq(
    format(:'queue', format('%s, "limit" => 2', :doctor)),
    format('values (%s::bigint, 1, 0), (%s, 2, 0)', :late, :b2), 'a first page'
);
select results_eq(
    format(:'queue', format('%s, "limit" => 2, after => %s', :doctor, :b2)),
    format('values (%s::bigint, 3, 40), (%s, 4, 80)', :b1, :b3), 'a second one'
);
select results_eq(
    format('select id from api.list_queue(%s, after => %s)', :doctor, :over),
    array[:late, :b2, :b1, :b3, :anns, :guests]::bigint[], 'also behind one that has left'
);
select throws_ok(
    format(:'queue', format('%s, after => %s', :doctor, :elsewhere)), 'PT400', 'invalid_parameter',
    'not behind another doctor''s'
);

-- Who is first and there has been with the doctor for some time.
select tests.act_as_nobody();
update data.booking as b set status = 'NO_SHOW' where b.id in (:late, :b1);
select tests.act_as('clerk', :joe);
select results_eq(
    format(:'queue', :doctor),
    format(
        'values (%s::bigint, 1, 0), (%s, 2, 25), (%s, 3, 65), (%s, 4, 105)',
        :b2, :b3, :anns, :guests
    ),
    'a clerk sees that the first visit is on since the arrival'
);
select tests.act_as_nobody();
update data.booking as b set checked_in_at = now() - interval '3 hours' where b.id = :b2;
update data.booking as b
set checked_in_at = now() - interval '50 minutes', completed_at = now() - interval '5 minutes'
where b.id = :over;
select tests.act_as('admin', tests.account(role => 'admin'));
select results_eq(
    format(:'queue', :doctor),
    format(
        'values (%s::bigint, 1, 0), (%s, 2, 40), (%s, 3, 85), (%s, 4, 130)',
        :b2, :b3, :anns, :guests
    ),
    'or since the visit before was over, as an admin sees'
);
select tests.act_as_nobody();
update data.booking as b
set checked_in_at = now() - interval '80 minutes', completed_at = now() - interval '79 minutes'
where b.id = :over;
update data.booking as b set checked_in_at = now() where b.id = :b2;
select results_eq(
    format(:'queue', :doctor),
    format(
        'values (%s::bigint, 1, 0), (%s, 2, 10), (%s, 3, 40), (%s, 4, 41)',
        :b2, :b3, :anns, :guests
    ),
    'a doctor who is quick still waits for the slots to start'
);
delete from at;
set local session_replication_role = replica;
update data.booking as b set status = 'CONFIRMED', checked_in_at = null, completed_at = null
where b.id = :over;
update data.booking as b set status = 'CANCELLED', cancelled_at = now() where b.id = :over;
set local session_replication_role = origin;
select results_eq(
    format(:'queue', :doctor),
    format(
        'values (%s::bigint, 1, 0), (%s, 2, 30), (%s, 3, 60), (%s, 4, 90)',
        :b2, :b3, :anns, :guests
    ),
    'without any history a visit takes as long as its slot'
);

-- Everybody else sees the own place alone.
select tests.act_as('patient', :ann);
select results_eq(
    format(:'queue', :doctor), format('values (%s::bigint, 3, 60)', :anns),
    'a patient of today sees the own place'
);
select throws_ok(
    format(:'queue', format('%s, after => %s', :doctor, :b2)), 'PT400', 'invalid_parameter',
    'and not who is before'
);
select is_empty(format(:'queue', format('%s, after => %s', :doctor, :anns)), 'or behind');
select is_empty(format(:'queue', :other), 'nobody of another doctor''s');
select tests.act_as('patient', tests.account());
select is_empty(format(:'queue', :doctor), 'a patient who has not booked today sees nobody');
select tests.act_as('doctor', :moon);
select is_empty(format(:'queue', :doctor), 'nor does another doctor');
select tests.act_as('clerk', :kim);
select is_empty(format(:'queue', :doctor), 'nor a clerk of another clinic');
select tests.act_as('anon');
select is_empty(format(:'queue', :doctor), 'nor a guest');
select is_empty(format(:'queue', format('%s, ''wrong''', :doctor)), 'nor one with a wrong token');
select results_eq(
    format(:'queue', format('%s, ''right''', :doctor)),
    format('values (%s::bigint, 4, 90)', :guests),
    'who has the manage token sees that place'
);
select throws_ok(
    format(:'queue', format('%s, ''right'', after => %s', :doctor, :anns)), 'PT400',
    'invalid_parameter', 'and nothing of others'
);
select throws_ok(format(:'queue', 0), 'PT404', 'doctor_not_found', 'there is a doctor');
select throws_ok(
    format(:'queue', tests.doctor(listed => false)), 'PT404', 'doctor_not_found',
    'who is one already'
);
select tests.act_as_nobody();
update data.account as a set status = 'PENDING_APPROVAL' where a.id = :sun;
select tests.act_as('doctor', :sun);
select throws_ok(
    format(:'queue', :doctor), 'PT401', 'unauthenticated',
    'an account that is not active sees nothing'
);

select * from finish();
rollback;
