-- Days of the past are taken: of these nobody changes the clocks any more.
begin;
select plan(24);

-- The slots of a window, as instants in UTC.
create function tests.window(
    day date, start_time time, end_time time, minutes integer, zone text, buffer integer default 0
) returns text[]
language sql set search_path = ''
as $$
select array(
    select to_char(w.starts at time zone 'UTC', 'HH24:MI')
        || '-' || to_char(w.ends at time zone 'UTC', 'HH24:MI')
    from core.expand_window(day, start_time, end_time, minutes, buffer, zone) as w
);
$$;

set local timezone = 'Asia/Tokyo';

select is(tests.window('2024-07-01', '09:00', '10:30', 30, 'UTC'),
    '{09:00-09:30,09:30-10:00,10:00-10:30}', 'a window is filled from its start to its end');
select is(tests.window('2024-07-01', '09:00', '10:29', 30, 'UTC'), '{09:00-09:30,09:30-10:00}',
    'the last slot never overruns the window');
select is(tests.window('2024-07-01', '09:00', '09:30', 30, 'UTC'), '{09:00-09:30}',
    'a slot may fill the window');
select is(tests.window('2024-07-01', '09:00', '09:29', 30, 'UTC'), '{}',
    'a window that is too short has no slot');
select is(tests.window('2024-07-01', '09:00', '09:00', 30, 'UTC'), '{}',
    'an empty window has no slot');
select is(tests.window('2024-07-01', '10:00', '09:00', 30, 'UTC'), '{}',
    'a window that ends before it starts has no slot');
select is(tests.window('2024-07-01', '23:00', '24:00', 30, 'UTC'), '{23:00-23:30,23:30-00:00}',
    'a window may last until midnight');
select is(tests.window('2024-07-01', '00:00', '24:00', 1440, 'UTC'), '{00:00-00:00}',
    'a slot may last all day');
select is(tests.window('2024-07-01', '23:45', '23:59', 30, 'UTC'), '{}',
    'a slot does not run into the next day');
select is(tests.window('2024-07-01', '09:00', '10:00', 30, 'Europe/Paris'),
    '{07:00-07:30,07:30-08:00}', 'hours are the clinic''s');
select is(
    array(select starts from core.expand_window('2024-07-01', '08:00', '09:00', 60, 0,
        'Pacific/Auckland')),
    array['2024-07-01 08:00+12'::timestamptz], 'days are the clinic''s'
);

select is(tests.window('2024-03-31', '01:00', '04:00', 30, 'Europe/Paris'),
    '{00:00-00:30,00:30-01:00,01:00-01:30,01:30-02:00}', 'Paris: the gap has no slots');
select is(tests.window('2024-03-31', '02:00', '03:00', 30, 'Europe/Paris'), '{}',
    'Paris: a window inside the gap has no slot');
select is(tests.window('2024-03-31', '01:30', '02:30', 60, 'Europe/Paris'), '{}',
    'Paris: a slot across the gap does not overrun the window');
select is(tests.window('2024-03-31', '01:30', '03:30', 60, 'Europe/Paris'), '{00:30-01:30}',
    'Paris: a slot across the gap keeps its duration');
select is(tests.window('2024-10-27', '01:30', '03:30', 30, 'Europe/Paris'),
    '{23:30-00:00,00:00-00:30,00:30-01:00,02:00-02:30}',
    'Paris: the double hour is used once, the first time');
select is(tests.window('2024-03-10', '01:30', '03:30', 30, 'America/New_York'),
    '{06:30-07:00,07:00-07:30}', 'New York: the gap has no slots');
select is(tests.window('2024-11-03', '00:30', '02:30', 30, 'America/New_York'),
    '{04:30-05:00,05:00-05:30,05:30-06:00,07:00-07:30}',
    'New York: the double hour is used once, the first time');
select is(tests.window('2024-10-06', '01:30', '03:00', 30, 'Australia/Lord_Howe'),
    '{15:00-15:30,15:30-16:00}', 'Lord Howe: the gap has no slot');
select is(tests.window('2024-04-07', '01:00', '02:30', 30, 'Australia/Lord_Howe'),
    '{14:00-14:30,14:30-15:00,15:30-16:00}',
    'Lord Howe: the double half-hour is used once, the first time');
select is(tests.window('2024-07-01', '09:00', '10:30', 30, 'UTC', 10), '{09:00-09:30,09:40-10:10}',
    'a buffer lies between slots');
select is(tests.window('2024-07-01', '09:00', '10:10', 30, 'UTC', 10), '{09:00-09:30,09:40-10:10}',
    'not behind the last one');
select is(tests.window('2024-07-01', '09:00', '09:30', 30, 'UTC', 1440), '{09:00-09:30}',
    'nor behind the only one');
select is(tests.window('2024-03-31', '01:00', '04:00', 30, 'Europe/Paris', 30),
    '{00:00-00:30,01:00-01:30}', 'Paris: with a buffer, too, the gap has no slots');

select * from finish();
rollback;
