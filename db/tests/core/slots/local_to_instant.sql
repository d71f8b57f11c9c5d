-- Days of the past are taken: of these nobody changes the clocks any more.
begin;
select plan(20);

-- What the session's own zone is must not matter.
set local timezone = 'Asia/Tokyo';

select is(core.local_to_instant('2024-07-01 12:00', 'UTC'), '2024-07-01 12:00+00'::timestamptz,
    'UTC is UTC');
select is(core.local_to_instant('2024-07-01 12:00', 'Europe/Paris'),
    '2024-07-01 12:00+02'::timestamptz, 'Paris in summer');
select is(core.local_to_instant('2024-01-01 12:00', 'Europe/Paris'),
    '2024-01-01 12:00+01'::timestamptz, 'Paris in winter');
select is(core.local_to_instant('2024-01-01 12:00', 'Asia/Kathmandu'),
    '2024-01-01 12:00+05:45'::timestamptz, 'Kathmandu, at its odd quarter of an hour');

select is(core.local_to_instant('2024-03-31 01:59', 'Europe/Paris'),
    '2024-03-31 01:59+01'::timestamptz, 'Paris: the last minute before the gap');
select is(core.local_to_instant('2024-03-31 02:00', 'Europe/Paris'), null,
    'Paris: the gap begins at two');
select is(core.local_to_instant('2024-03-31 02:59', 'Europe/Paris'), null,
    'Paris: the gap is an hour long');
select is(core.local_to_instant('2024-03-31 03:00', 'Europe/Paris'),
    '2024-03-31 03:00+02'::timestamptz, 'Paris: the first minute after the gap');
select is(core.local_to_instant('2024-10-27 01:59', 'Europe/Paris'),
    '2024-10-27 01:59+02'::timestamptz, 'Paris: the minute before the double hour');
select is(core.local_to_instant('2024-10-27 02:00', 'Europe/Paris'),
    '2024-10-27 02:00+02'::timestamptz, 'Paris: the first two o''clock counts');
select is(core.local_to_instant('2024-10-27 02:59', 'Europe/Paris'),
    '2024-10-27 02:59+02'::timestamptz, 'Paris: so does the first of the last double minutes');
select is(core.local_to_instant('2024-10-27 03:00', 'Europe/Paris'),
    '2024-10-27 03:00+01'::timestamptz, 'Paris: the minute after the double hour');

select is(core.local_to_instant('2024-03-10 02:30', 'America/New_York'), null, 'New York: the gap');
select is(core.local_to_instant('2024-11-03 01:30', 'America/New_York'),
    '2024-11-03 01:30-04'::timestamptz, 'New York: the first of two');

select is(core.local_to_instant('2024-10-06 02:15', 'Australia/Lord_Howe'), null,
    'Lord Howe: the gap');
select is(core.local_to_instant('2024-10-06 02:30', 'Australia/Lord_Howe'),
    '2024-10-06 02:30+11'::timestamptz, 'Lord Howe: the gap is half an hour long');
select is(core.local_to_instant('2024-04-07 01:30', 'Australia/Lord_Howe'),
    '2024-04-07 01:30+11'::timestamptz, 'Lord Howe: the first of two, half an hour apart');
select is(core.local_to_instant('2024-04-07 02:00', 'Australia/Lord_Howe'),
    '2024-04-07 02:00+10:30'::timestamptz, 'Lord Howe: after the double half-hour');
select is(core.local_to_instant('2024-10-27 01:30', 'Antarctica/Troll'),
    '2024-10-27 01:30+02'::timestamptz, 'Troll: the first of two, two hours apart');
select is(core.local_to_instant('2024-11-03 00:30', 'America/Havana'),
    '2024-11-03 00:30-04'::timestamptz, 'Havana: the first of two, right after midnight');

select * from finish();
rollback;
