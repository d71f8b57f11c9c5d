begin;
select plan(8);

select tests.doctor() as doctor \gset
select
    tests.slot(:doctor, clock_timestamp() + interval '20 hours', capacity => 9) as slot,
    tests.slot(:doctor, clock_timestamp() + interval '9 days') as later,
    tests.slot(:doctor, clock_timestamp() - interval '1 hour') as past
\gset
select
    tests.booking(:slot, status => 'CONFIRMED') as one,
    tests.booking(:slot, status => 'CONFIRMED') as two,
    tests.booking(:slot, status => 'CANCELLED') as cancelled,
    tests.booking(:later, status => 'CONFIRMED') as moved,
    tests.booking(:past, status => 'CONFIRMED') as over
\gset
insert into data.reminder (booking_id, due_at)
select b.id, clock_timestamp() - make_interval(secs => b.id) from data.booking as b;
insert into data.reminder (booking_id, due_at)
select tests.booking(:slot, status => 'CONFIRMED'), clock_timestamp() + interval '1 hour';

select is(core.remind(3), 3, 'no more than a batch');
select is(core.remind(3), 2, 'then the rest of what is due');
select is(core.remind(3), 0, 'then nothing');
select results_eq(
    $$select c.entity_id, c.actor_role = session_user, c.after ->> 'status', c.before = c.after
        from data.change as c where c.event = 'booking.reminder' order by 1$$,
    format($$values (%s::bigint, true, 'CONFIRMED', true),
        (%s::bigint, true, 'CONFIRMED', true)$$, :one, :two),
    'of what is confirmed and to come it is announced'
);
select is(
    (select r.due_at from data.reminder as r where r.booking_id = :moved),
    (select s.start_time - interval '1 day' from data.slot as s where s.id = :later),
    'what was moved waits for its time'
);
select is(
    (select count(*) from data.reminder as r where r.reminded_at is not null), 2::bigint,
    'what was reminded of is not reminded of again'
);
select is_empty(
    format('select from data.reminder as r where r.booking_id in (%s, %s)', :cancelled, :over),
    'the rest is forgotten'
);

set local session_replication_role = replica;
insert into data.reminder (booking_id, due_at, reminded_at)
select
    1000000 + n, clock_timestamp() + make_interval(mins => n - 5000),
    case when n < 5000 then clock_timestamp() end
from generate_series(1, 10000) as n;
set local session_replication_role = origin;
analyze data.reminder;
-- Tables of this size might be read whole for less than an index costs in order.
set local enable_seqscan = off;
select cmp_ok(
    tests.rows_read('select core.remind(100)'), '<', 20::bigint,
    'what is over and what is to come costs nothing'
);

select * from finish();
rollback;
