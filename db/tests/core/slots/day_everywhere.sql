begin;
select plan(4);

set local timezone = 'Asia/Tokyo';

select is(
    core.day_everywhere('2024-07-02'), '[2024-07-02 00:00+00, 2024-07-03 00:00+00)'::tstzrange,
    'with one clinic, in UTC, its day'
);
select tests.clinic(time_zone => 'Pacific/Auckland') as auckland,
    tests.clinic(time_zone => 'America/New_York') as new_york \gset
select is(
    core.day_everywhere('2024-07-02'), '[2024-07-02 00:00+12, 2024-07-03 00:00-04)'::tstzrange,
    'from the first midnight to the last, wherever clinics are'
);
select is(
    core.day_everywhere('2024-11-03'), '[2024-11-03 00:00+13, 2024-11-04 00:00-05)'::tstzrange,
    'whatever clocks do on that day'
);
select is(core.day_everywhere(null), tstzrange(null, null), 'without a day, at any time');

select * from finish();
rollback;
