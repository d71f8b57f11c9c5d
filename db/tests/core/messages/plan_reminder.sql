begin;
select plan(6);

select tests.doctor() as doctor \gset
select
    tests.slot(:doctor, now() + interval '5 days', capacity => 9) as slot,
    tests.slot(:doctor, now() + interval '9 days', capacity => 9) as later,
    tests.slot(:doctor, clock_timestamp() + interval '23 hours', capacity => 9) as soon
\gset
select
    tests.booking(:slot, status => 'CONFIRMED') as id,
    tests.booking(:soon, status => 'CONFIRMED') as late,
    tests.booking(:slot) as held
\gset
create function pg_temp.plan_of(booking bigint) returns interval
language sql
as $$
select core.plan_reminder(c) from tests.changes() as c
where c.entity = 'booking' and c.entity_id = plan_of.booking order by c.id desc limit 1;
select s.start_time - r.due_at
from data.reminder as r
join data.booking as b on b.id = r.booking_id
join data.slot as s on s.id = b.slot_id
where b.id = plan_of.booking
$$;
select is(pg_temp.plan_of(:id), interval '1 day', 'a day before');
select is(pg_temp.plan_of(:late), null, 'not of what was booked later than that');
select is(pg_temp.plan_of(:held), null, 'nor of what is not confirmed');
update data.booking set slot_id = :later where id = :id;
select is(pg_temp.plan_of(:id), interval '1 day', 'after a move a day before the new time');
update data.reminder set reminded_at = due_at;
update data.booking set slot_id = :slot where id = :id;
select is(pg_temp.plan_of(:id), interval '-3 days', 'unless it was reminded of: that is done once');
update data.booking set slot_id = :later where id = :late;
select is(pg_temp.plan_of(:late), interval '1 day', 'also where a move makes it early enough');

select * from finish();
rollback;
