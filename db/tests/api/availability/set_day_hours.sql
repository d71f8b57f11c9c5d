begin;
select plan(15);

set local timezone = 'UTC';
select tests.account(role => 'doctor') as bob, tests.account(role => 'admin') as eve \gset
select tests.doctor(account => :bob) as doctor, tests.doctor() as other \gset
select tests.hours(:doctor);
select core.fit_slots(:doctor, null, null);
create function pg_temp.of(
    first time, last time, minutes integer default 30, capacity integer default 1,
    buffer integer default null
) returns api.opening_hours
language sql
as $$select row(first, last, minutes, capacity, buffer)::api.opening_hours$$;
\set set 'select api.set_day_hours(%s, current_date + %s, array[pg_temp.of(%s)])'

select tests.act_as('doctor', :bob);
select results_eq(
    format($$select d.differs, d.date - current_date, h.start_time, h.end_time,
            h.slot_minutes::integer, h.capacity::integer, h.buffer_minutes::integer
        from api.set_day_hours(%s, current_date + 3, array[
            pg_temp.of('17:00', '18:00', 60, 2), pg_temp.of('08:00', '09:10', 30, 1, 10)
        ]) as d, unnest(d.hours) as h$$, :doctor),
    $$values
        (true, 3, '08:00'::time, '09:10'::time, 30, 1, 10),
        (true, 3, '17:00', '18:00', 60, 2, 0)$$,
    'a day gets hours of its own'
);
select is(tests.day_of(:doctor, 3), '[08:00] [08:40] [17:00]', 'and slots of these alone');
select is(tests.day_of(:doctor, 4), '[09:00] [09:30]', 'other days have theirs');
select lives_ok(format(:'set', :doctor, 3, '''09:30'', ''10:30'''), 'it may get others');
select is(tests.day_of(:doctor, 3), '[09:30] [10:00]', 'instead of those');
select api.set_day_hours(:doctor, current_date + 4);
select is(tests.day_of(:doctor, 4), '', 'without hours it is closed');
select is((api.get_day_hours(:doctor, current_date + 4)).differs, true, 'and stays so');
select lives_ok(format(:'set', :doctor, 400, '''09:00'', ''10:00'''), 'a day may lie far ahead');
select is(tests.day_of(:doctor, 400), '', 'its slots come when it is within the horizon');
select throws_ok(
    format(:'set', :doctor, 3, c.arguments), 'PT400', 'invalid_parameter', c.what
)
from (
    values
    ('''09:00'', ''09:29''', 'hours hold at least a slot'),
    ('''10:00'', ''09:00''', 'hours are in their order'),
    ('''08:00'', ''10:00''), pg_temp.of(''09:59'', ''11:00''', 'hours do not overlap')
) as c (arguments, what);
select throws_ok(
    format(:'set', :other, 3, '''09:00'', ''10:00'''), 'PT404', 'doctor_not_found',
    'a doctor says nothing of another'
);
select tests.act_as('admin', :eve);
select lives_ok(
    format(:'set', :other, 3, '''09:00'', ''10:00'''), 'an admin says it of any'
);
select is(tests.day_of(:other, 3), '[09:00] [09:30]', 'of one without weekly hours, too');

select * from finish();
rollback;
