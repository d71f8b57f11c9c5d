begin;
select plan(6);

select is(core.ics_zone('UTC', '2026-07-01', '2026-07-01'), '{}', 'UTC needs no description');
select is(
    core.ics_zone('Asia/Kolkata', '2026-07-01', '2026-07-01'),
    '{BEGIN:VTIMEZONE,TZID:Asia/Kolkata,BEGIN:STANDARD,DTSTART:19700101T053000,TZOFFSETFROM:+0530,'
    'TZOFFSETTO:+0530,END:STANDARD,END:VTIMEZONE}', 'a zone that does not change'
);
select is(
    (core.ics_zone('Europe/Paris', '2026-07-01', '2026-07-01'))[:12],
    '{BEGIN:VTIMEZONE,TZID:Europe/Paris,'
    'BEGIN:DAYLIGHT,DTSTART:20260329T020000,TZOFFSETFROM:+0100,TZOFFSETTO:+0200,END:DAYLIGHT,'
    'BEGIN:STANDARD,DTSTART:20261025T030000,TZOFFSETFROM:+0200,TZOFFSETTO:+0100,END:STANDARD}',
    'one that does: from the last change before on'
);
select is(
    (core.ics_zone('Australia/Lord_Howe', '2026-01-01', '2026-01-01'))[:7],
    '{BEGIN:VTIMEZONE,TZID:Australia/Lord_Howe,'
    'BEGIN:DAYLIGHT,DTSTART:20251005T020000,TZOFFSETFROM:+1030,TZOFFSETTO:+1100,END:DAYLIGHT}',
    'by half an hour'
);

-- Read as a calendar program does: the offset of the last change before a local time.
create function pg_temp.read_offset(lines text[], instant timestamptz) returns text
language sql
as $$
select substring(c.block from 'TZOFFSETTO:(\S+)')
from regexp_matches(
    array_to_string(read_offset.lines, ' '), 'DTSTART:\S+ TZOFFSETFROM:\S+ TZOFFSETTO:\S+', 'g'
) as b (found)
cross join lateral (select b.found[1] as block) as c
where to_timestamp(
    substring(c.block from 'DTSTART:(\S+)') || substring(c.block from 'TZOFFSETFROM:(\S+)'),
    'YYYYMMDD"T"HH24MISSTZHTZM'
) <= read_offset.instant
order by substring(c.block from 'DTSTART:(\S+)') desc
limit 1
$$;
create temp table zone as
select z.name, core.ics_zone(z.name, '2025-06-15', '2026-12-15') as lines
from pg_timezone_names as z
where z.name in (
    'Europe/Paris', 'America/New_York', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu',
    'Africa/Casablanca', 'Antarctica/Troll', 'Asia/Gaza', 'America/Santiago', 'Africa/Cairo',
    'Pacific/Chatham', 'Europe/Dublin'
);
select is((select count(*) from zone), 12::bigint, 'zones of all kinds');
select is_empty(
    $$select z.name, i, pg_temp.read_offset(z.lines, i),
          core.ics_offset(i at time zone z.name - i at time zone 'UTC')
      from zone as z
      cross join generate_series(timestamptz '2025-06-15', '2026-12-15', '7 hours') as i
      where pg_temp.read_offset(z.lines, i)
          is distinct from core.ics_offset(i at time zone z.name - i at time zone 'UTC')$$,
    'have the offsets that PostgreSQL knows'
);

select * from finish();
rollback;
