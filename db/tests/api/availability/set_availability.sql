begin;
select plan(31);

set local timezone = 'UTC';
select tests.account() as ann, tests.account(role => 'doctor') as bob,
    tests.account(role => 'clerk') as cleo, tests.account(role => 'admin') as eve \gset
select tests.doctor(account => :bob) as doctor, tests.doctor() as other,
    tests.doctor(listed => false) as unlisted \gset
select current_date + 7 as week, extract(isodow from current_date + 7)::integer as weekday,
    extract(isodow from current_date + 8)::integer as next_weekday \gset

-- One window of a weekday, as JSON for whoever writes it.
create function pg_temp.of(
    weekday integer, first time, last time, minutes integer default 30, capacity integer default 1,
    buffer integer default null, valid_from date default null, valid_until date default null
) returns api.weekly_hours
language sql
as $$
select row(
    weekday, first, last, minutes, capacity, buffer, valid_from, valid_until
)::api.weekly_hours
$$;
create function pg_temp.shown(doctor bigint) returns text[]
language sql
as $$
select array(
    select concat_ws(
        ' ', w.weekday, to_char(w.start_time, 'HH24'), to_char(w.end_time, 'HH24'), w.slot_minutes,
        w.capacity, w.buffer_minutes, coalesce(w.valid_from - current_date, 0) || '..'
        || coalesce((w.valid_until - current_date)::text, '')
    )
    from unnest((api.get_availability(doctor)).weekly) as w
)
$$;
select format('%s 09 10 30 1 0', :weekday) as nine, format('%s 10 12 60 2 5', :weekday) as ten \gset

select tests.act_as('doctor', :bob);
select results_eq(
    format($$select doctor_id, time_zone::text, horizon_days::integer, (weekly[1]).*
        from api.set_availability(array[pg_temp.of(%s, '09:00', '10:00')])$$, :weekday),
    format($$values (%s::bigint, 'UTC', 60, %s::data.weekday, '09:00'::time, '10:00'::time,
        30::data.minutes, 1::data.seat_count, 0::data.pause_minutes, null::date, null::date)$$,
        :doctor, :weekday),
    'a doctor says when on a weekday, and sees it'
);
select is(tests.day_of(:doctor, 7), '[09:00] [09:30]', 'slots are made of it');
select is(tests.day_of(:doctor, 8), '', 'on that weekday');
select is(tests.day_of(:doctor, 56), '[09:00] [09:30]', 'as far as the horizon reaches');
select is(tests.day_of(:doctor, 63), '', 'and no further');
select min(s.id) as slot from api.list_doctor_slots(:doctor) as s \gset
select api.set_availability(array[pg_temp.of(:weekday, '09:00', '10:00')]);
select is(
    (select min(s.id) from api.list_doctor_slots(:doctor) as s), :slot::bigint,
    'the same once more changes nothing'
);

select api.set_availability(array[
    pg_temp.of(:next_weekday, '09:00', '10:10', 30, 3, 10),
    pg_temp.of(:weekday, '10:00', '12:00', 60, 2)
]);
select is(
    tests.day_of(:doctor, 7) || ' ' || tests.day_of(:doctor, 8), '[10:00] [11:00] [09:00] [09:40]',
    'new hours take the place of the old; a buffer lies between slots'
);
select results_eq(
    format('select distinct capacity from api.list_doctor_slots(%s, %L)', :doctor, :'week'),
    'values (2)', 'slots have as many seats as said'
);
select is(cardinality(pg_temp.shown(:doctor)), 2, 'the old hours are gone');

-- Hours for some days.
select api.set_availability(array[pg_temp.of(:weekday, '09:00', '10:00')]);
select api.set_availability(
    array[pg_temp.of(:weekday, '10:00', '12:00', 60, 2, 5)], valid_from => current_date + 14,
    valid_until => current_date + 27
);
select is(
    pg_temp.shown(:doctor),
    array[:'nine' || ' 0..13', :'ten' || ' 14..27', :'nine' || ' 28..'],
    'hours for some days leave the others as they were'
);
select is(
    array(select tests.day_of(:doctor, n * 7) from generate_series(1, 4) as n),
    array['[09:00] [09:30]', '[10:00]', '[10:00]', '[09:00] [09:30]'], 'and so do their slots'
);
select api.set_availability('{}', valid_from => current_date + 21);
select is(
    pg_temp.shown(:doctor), array[:'nine' || ' 0..13', :'ten' || ' 14..20'],
    'no hours from some day on'
);
select is(
    tests.day_of(:doctor, 14) || tests.day_of(:doctor, 21), '[10:00]', 'leave no slots'
);
select results_eq(
    format($$select (api.set_availability(a.weekly)).weekly = a.weekly
        from api.get_availability(%s) as a$$, :doctor),
    'values (true)', 'what is shown may be sent again'
);
select is(tests.day_of(:doctor, 14), '[10:00]', 'and means the same');
select api.set_availability(
    array[pg_temp.of(:weekday, '09:00', '10:00', valid_until => current_date + 10)],
    valid_from => current_date + 7
);
select is(
    (pg_temp.shown(:doctor))[2], :'nine' || ' 7..10', 'each of the hours may hold for fewer days'
);

select throws_ok(
    format('select api.set_availability(array[pg_temp.of(%s)])', c.arguments), 'PT400',
    'invalid_parameter', c.what
)
from (
    values
    ('1, ''09:00'', ''09:29''', 'hours hold at least a slot'),
    ('1, ''09:00'', ''09:00''', 'hours are not empty'),
    ('1, ''22:00'', ''06:00''', 'hours end on the day on which they begin'),
    ('1, ''08:00'', ''10:00''), pg_temp.of(1, ''09:59'', ''11:00''', 'hours do not overlap'),
    ('1, ''00:00'', ''24:00'', 1), pg_temp.of(2, ''00:00'', ''24:00'', 1',
     'a week has 2,500 slots at the most'),
    ('1, ''08:00'', ''10:00'', valid_from => ''2031-06-03'', valid_until => ''2031-06-02''',
     'hours hold for a day at least')
) as c (arguments, what);
select throws_ok(
    $$select api.set_availability('{}', valid_from => '2031-06-03', valid_until => '2031-06-02')$$,
    'PT400', 'invalid_parameter', 'days are in their order'
);
select throws_ok(
    $$select api.set_availability(
        array[pg_temp.of(1, '08:00', '10:00', valid_from => '2031-06-03')],
        valid_until => '2031-06-02')$$,
    'PT400', 'invalid_parameter', 'hours hold on one of the days'
);
select throws_ok(
    format('select api.set_availability(%L, %s)', '{}', :other), 'PT404', 'doctor_not_found',
    'a doctor says nothing of another'
);

select tests.act_as('admin', :eve);
select is(
    (select a.doctor_id from api.set_availability('{}', :other) as a), :other::bigint,
    'an admin says it of any'
);
select throws_ok(
    $$select api.set_availability('{}')$$, 'PT400', 'missing_parameter', 'and must say of whom'
);
select throws_ok(
    format('select api.set_availability(%L, %s)', '{}', :unlisted), 'PT404', 'doctor_not_found',
    'but of nobody who waits for approval'
);
select tests.act_as('clerk', :cleo);
select throws_ok($$select api.set_availability('{}')$$, '42501', null, 'clerks say nothing');
select tests.act_as('patient', :ann);
select throws_ok($$select api.set_availability('{}')$$, '42501', null, 'nor do patients');
select tests.act_as('anon');
select throws_ok($$select api.set_availability('{}')$$, '42501', null, 'nor does anybody');

select * from finish();
rollback;
