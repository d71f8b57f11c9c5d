begin;
select plan(30);

set local timezone = 'UTC';
select tests.account(role => 'doctor') as bob, tests.account(role => 'doctor') as cid,
    tests.account(role => 'clerk') as cleo, tests.account(role => 'admin') as eve \gset
select tests.doctor(account => :bob) as doctor, tests.doctor(account => :cid) as other \gset
select tests.hours(:doctor);
select core.fit_slots(:doctor, null, null);
select
    tests.slot(:doctor, tests.at(5, '12:00'), capacity => 5) as slot,
    tests.slot(:doctor, tests.at(5, '13:00')) as next_slot,
    tests.slot(:doctor, tests.at(5, '14:00')) as over,
    tests.slot(:doctor, tests.at(5, '15:00')) as run_out,
    tests.slot(:doctor, clock_timestamp() - interval '40 minutes') as started,
    tests.slot(:other, tests.at(5, '12:00')) as others
\gset
select
    tests.booking(:slot) as b1,
    tests.booking(:slot, seats => 2, status => 'CONFIRMED') as b2,
    tests.booking(:slot, seats => 2) as b3,
    tests.booking(:over, status => 'CANCELLED'),
    tests.booking(:run_out) as late
\gset
select tests.run_out(:late);
update data.booking as b set status = 'CANCELLED', cancelled_at = clock_timestamp()
where b.id = :b1;
select s.id as made from data.slot as s
where s.doctor_id = :doctor and s.start_time = tests.at(6, '09:00') \gset
select s.id as also_made from data.slot as s
where s.doctor_id = :doctor and s.start_time = tests.at(7, '09:00') \gset
\set change 'select api.update_slot(%s, %s)'
create function pg_temp.refused(what text, code text, call text) returns text
language sql
as $$
select throws_ok(
    call, case when code = 'invalid_parameter' then 'PT400' when code = 'slot_not_found'
        then 'PT404' else 'PT409' end, code, what
)
$$;

select tests.act_as('doctor', :bob);
select results_eq(
    format($$select id, capacity, seats_available from api.update_slot(%s, capacity => 7)$$, :slot),
    format('values (%s::bigint, 7, 3)', :slot), 'a slot gets more seats'
);
select results_eq(
    format($$select capacity, seats_available from api.update_slot(%s, capacity => 4)$$, :slot),
    'values (4, 0)', 'or fewer: as many as are sold and held'
);
select tests.act_as_nobody();
select results_eq(
    format('select b.id, b.seats::text from data.booking as b where b.id in (%s, %s) order by b.id',
        :b2, :b3),
    format($$values (%s::bigint, '{[2,4)}'), (%s, '{[1,2),[4,5)}')$$, :b2, :b3),
    'who had a number above gets a free one below'
);
select tests.act_as('doctor', :bob);
select pg_temp.refused('not fewer', 'capacity_below_sold',
    format(:'change', :slot, 'capacity => 3'));
select is(
    (select s.capacity from api.get_slot(:slot) as s), 4, 'then it has what it had'
);
select throws_ok(format(:'change', :slot, 'capacity => 0'), '23514', null, 'a seat at least');
select pg_temp.refused('a booked slot stays where it is', 'slot_has_bookings',
    format(:'change', :slot, 'tests.at(5, ''20:00'')'));
select pg_temp.refused('and as long', 'slot_has_bookings',
    format(:'change', :slot, 'end_time => tests.at(5, ''12:20'')'));
select lives_ok(
    format(:'change', :slot, 'tests.at(5, ''12:00''), tests.at(5, ''12:30''), 4'),
    'to name what it has already is no change'
);
select pg_temp.refused('a booking that is over was one', 'slot_has_bookings',
    format(:'change', :over, 'tests.at(5, ''20:00'')'));
select is(
    (select s.seats_available from api.update_slot(:run_out, capacity => 3) as s), 3,
    'a hold that has run out holds no seat'
);

select results_eq(
    format($$select start_time, end_time, capacity
        from api.update_slot(%s, tests.at(5, '16:00'))$$, :next_slot),
    $$values (tests.at(5, '16:00'), tests.at(5, '16:30'), 1)$$,
    'a slot that nobody booked moves, and is as long as it was'
);
select results_eq(
    format($$select start_time, end_time, capacity
        from api.update_slot(%s, end_time => tests.at(5, '17:30'), capacity => 2)$$, :next_slot),
    $$values (tests.at(5, '16:00'), tests.at(5, '17:30'), 2)$$, 'or ends at another time'
);
select pg_temp.refused('not where there is one', 'slot_overlaps',
    format(:'change', :next_slot, 'tests.at(5, ''11:40'')'));
select lives_ok(
    format(:'change', :next_slot, 'tests.at(5, ''16:10'')'), 'where it is itself it may'
);
select pg_temp.refused('not into the past', 'slot_in_past',
    format(:'change', :next_slot, 'clock_timestamp() - interval ''1 day'''));
select pg_temp.refused('what has started stays', 'slot_in_past',
    format(:'change', :started, 'tests.at(5, ''20:00'')'));
select pg_temp.refused('seats, too', 'slot_in_past', format(:'change', :started, 'capacity => 2'));
select pg_temp.refused(c.what, 'invalid_parameter', format(:'change', :next_slot, c.arguments))
from (
    values
    ('it ends after its start', 'end_time => tests.at(5, ''16:10'')'),
    ('it lasts whole minutes', 'end_time => tests.at(5, ''16:20'') + interval ''1 second'''),
    ('and a day at most', 'end_time => tests.at(6, ''16:11'')'),
    ('before the year 10000', '''9999-12-31 23:30+00''')
) as c (what, arguments);

-- Slots that hours had made.
select api.update_slot(:made, tests.at(6, '15:00')), api.update_slot(:also_made, capacity => 9);
select is(
    tests.day_of(:doctor, 6) || ' ' || tests.day_of(:doctor, 7),
    '[09:30] 15:00 09:00 [09:30]', 'what is changed by hand counts as made by hand'
);
select api.set_availability((api.get_availability(:doctor)).weekly);
select is(
    tests.day_of(:doctor, 6) || ' ' || tests.day_of(:doctor, 7),
    '[09:30] 15:00 09:00 [09:30]', 'hours make no other one where it was'
);
select api.set_availability('{}');
select is(
    tests.day_of(:doctor, 6) || ' ' || tests.day_of(:doctor, 7), '15:00 09:00',
    'and leave it when they end'
);

select pg_temp.refused('a doctor changes no slot of another', 'slot_not_found',
    format(:'change', :others, 'capacity => 2'));
select pg_temp.refused('nor one that is none', 'slot_not_found',
    format(:'change', -1, 'capacity => 2'));
select tests.act_as('admin', :eve);
select is(
    (select s.capacity from api.update_slot(:others, capacity => 2) as s), 2,
    'an admin changes any'
);
select api.delete_slot(:others);
select pg_temp.refused('but none that was deleted', 'slot_not_found',
    format(:'change', :others, 'capacity => 2'));
select tests.act_as('clerk', :cleo);
select throws_ok(format(:'change', :slot, 'capacity => 9'), '42501', null, 'a clerk changes none');

select * from finish();
rollback;
