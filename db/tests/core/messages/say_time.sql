begin;
select plan(3);

select is(
    core.say_time('2026-11-26 09:00Z', 'Europe/Paris', '2026-11-26 09:30Z'),
    'Thursday, 26 November 2026, 10:00 to 10:30 (Europe/Paris)', 'by the clocks of the clinic'
);
select is(
    core.say_time('2026-05-01 23:00Z', 'America/New_York', '2026-05-02 00:00Z'),
    'Friday, 1 May 2026, 19:00 to 20:00 (America/New_York)', 'on its day'
);
select is(
    core.say_time('2026-05-01 23:00Z', 'America/New_York'),
    'Friday, 1 May 2026, 19:00 (America/New_York)', 'without an end'
);

select * from finish();
rollback;
