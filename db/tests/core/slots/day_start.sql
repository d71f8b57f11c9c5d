-- Days of the past are taken: of these nobody changes the clocks any more.
begin;
select plan(5);

set local timezone = 'Asia/Tokyo';

select is(core.day_start('2024-07-02', 'UTC'), '2024-07-02 00:00+00'::timestamptz,
    'a day begins at midnight');
select is(core.day_start('2024-07-02', 'Pacific/Auckland'), '2024-07-02 00:00+12'::timestamptz,
    'at the clinic''s midnight');
select is(core.day_start('2024-03-31', 'Europe/Paris'), '2024-03-31 00:00+01'::timestamptz,
    'a change of clocks later in the day does not matter');
select is(core.day_start('2024-11-03', 'America/Havana'), '2024-11-03 00:00-04'::timestamptz,
    'Havana: the first midnight of two counts');
select is(core.day_start('2024-03-10', 'America/Havana'), '2024-03-10 01:00-04'::timestamptz,
    'Havana: a day without midnight begins at one');

select * from finish();
rollback;
