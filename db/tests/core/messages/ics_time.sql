begin;
select plan(7);

select is(core.ics_time('DTSTART', i.instant, i.zone), i.line, i.line)
from (
    values
    (timestamptz '2026-07-01 10:00Z', 'Europe/Paris', 'DTSTART;TZID=Europe/Paris:20260701T120000'),
    ('2026-12-01 10:00Z', 'Europe/Paris', 'DTSTART;TZID=Europe/Paris:20261201T110000'),
    ('2026-12-01 10:00Z', 'UTC', 'DTSTART:20261201T100000Z'),
    ('2026-12-01 10:00Z', 'Asia/Kathmandu', 'DTSTART;TZID=Asia/Kathmandu:20261201T154500'),
    -- In Paris it is half past two twice.
    ('2026-10-25 00:30Z', 'Europe/Paris', 'DTSTART;TZID=Europe/Paris:20261025T023000'),
    ('2026-10-25 01:30Z', 'Europe/Paris', 'DTSTART:20261025T013000Z'),
    ('2026-10-25 02:30Z', 'Europe/Paris', 'DTSTART;TZID=Europe/Paris:20261025T033000')
) as i (instant, zone, line);

select * from finish();
rollback;
