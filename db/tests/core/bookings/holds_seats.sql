begin;
select plan(1);

select results_eq(
    'select s from unnest(enum_range(null::data.booking_status)) as s
        where core.holds_seats(s) order by s',
    array['PENDING', 'CONFIRMED', 'CHECKED_IN']::data.booking_status[],
    'seats are held until the visit is over, or nobody comes to it'
);

select * from finish();
rollback;
