begin;
select plan(1);

select results_eq(
    'select s from unnest(enum_range(null::data.booking_status)) as s
        where core.is_active(s) order by s',
    array['PENDING', 'CONFIRMED']::data.booking_status[],
    'who has come, or will not come, neither cancels nor moves'
);

select * from finish();
rollback;
