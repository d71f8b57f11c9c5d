begin;
select plan(2);

select is(
    core.minutes_of(
        '{[2100-01-01 10:00Z,2100-01-01 10:30Z), [2100-01-01 11:00Z,2100-01-01 11:20Z)}'
    ),
    50, 'minutes are summed up'
);
select is(core.minutes_of(null), 0, 'of nothing they are none');

select * from finish();
rollback;
