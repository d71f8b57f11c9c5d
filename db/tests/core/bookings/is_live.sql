begin;
select plan(8);

select tests.slot(tests.doctor(), capacity => 20) as slot \gset
create function pg_temp.is_live(booking_id bigint) returns boolean
language sql
as 'select core.is_live(b, clock_timestamp()) from data.booking as b where b.id = booking_id';
select tests.booking(:slot) as held, tests.booking(:slot) as over \gset
select tests.run_out(:over);

select is(pg_temp.is_live(:held), true, 'a hold that lasts is live');
select is(pg_temp.is_live(:over), false, 'one that has run out is not');
select
    is(
        pg_temp.is_live(tests.booking(:slot, status => s.status)), s.status = 'CONFIRMED',
        format('%s is%s', s.status, case when s.status <> 'CONFIRMED' then ' not' end)
    )
from (
    values ('CONFIRMED'), ('FAILED'), ('CANCELLED'), ('CHECKED_IN'), ('COMPLETED'), ('NO_SHOW')
) as s (status);

select * from finish();
rollback;
