begin;
select plan(47);

select tests.clinic() as far \gset
select tests.doctor('Dr. Bob', specialization => 'Cardiology') as bob,
    tests.doctor('Dr. Cid', specialization => 'Surgery', city => 'Bonn', clinic => :far) as cid,
    tests.doctor('Dr. New', listed => false) as unlisted, tests.doctor('Dr. Gone') as gone \gset
update data.doctor as d set consultation_type = 'BOTH' where d.id = :bob;
select tests.slot(:cid, '2031-06-02 11:00+00') as late,
    tests.slot(:cid, '2031-06-02 10:00+00') as tie1,
    tests.slot(:bob, '2031-06-02 10:00+00', capacity => 4) as tie2,
    tests.slot(:bob, '2031-06-02 09:00+00') as early,
    tests.slot(:bob, '2031-06-02 08:00+00') as held,
    tests.slot(:bob, '2031-06-02 12:00+00') as booked,
    tests.slot(:bob, '2031-06-02 13:00+00') as run_out,
    tests.slot(:bob, clock_timestamp() - interval '1 minute') as past,
    tests.slot(:bob, '2031-06-02 14:00+00') as deleted, tests.slot(:unlisted) as hidden,
    tests.slot(:gone) as lost \gset
select tests.booking(:held) as holding, tests.booking(:booked, status => 'CONFIRMED') as paying,
    tests.booking(:run_out) as running_out, tests.booking(:tie2, seats => 2) as some \gset
select tests.run_out(:running_out);
update data.slot set deleted_at = clock_timestamp() where id = :deleted;
update data.doctor set deleted_at = clock_timestamp() where id = :gone;

select tests.act_as('anon');
select is(
    array(select s.id from api.list_slots() as s),
    array[:early, :tie1, :tie2, :late, :run_out]::bigint[],
    'slots to come with a free seat are listed by start, then id'
);
select is(
    array(select s.id from api.list_slots(available => false) as s),
    array[:past, :held, :early, :tie1, :tie2, :late, :booked, :run_out]::bigint[],
    'past and full slots are listed on request, deleted and hidden ones never'
);
select is(
    array(select s.status::text from api.list_slots(available => false) as s),
    array['PAST', 'HELD', 'AVAILABLE', 'AVAILABLE', 'AVAILABLE', 'AVAILABLE', 'BOOKED',
        'AVAILABLE'],
    'each with its status'
);
select is(
    array(select s.id from api.list_slots(null, null, null, null, null, true, null, 50, null) as s),
    array[:early, :tie1, :tie2, :late, :run_out]::bigint[], 'null filters nothing'
);

select is(
    array(select s.id from api.list_slots(doctor_id => :cid) as s), array[:tie1, :late]::bigint[],
    'a doctor filters'
);
select is_empty('select * from api.list_slots(doctor_id => -1)', 'an unknown doctor has no slots');
select is_empty(format('select * from api.list_slots(doctor_id => %s, available => false)',
    :unlisted), 'a doctor who waits for approval has none');
select is(
    array(select s.id from api.list_slots(specialization => 'sURGERY') as s),
    array[:tie1, :late]::bigint[], 'a specialization filters, whatever its case'
);
select is_empty($$select * from api.list_slots(specialization => 'Surg')$$,
    'a specialization filters as a whole');
select throws_ok($$select api.list_slots(specialization => ' ')$$, '23514', null,
    'a specialization is not blank');
select is(
    array(select s.id from api.list_slots(city => 'bONN') as s), array[:tie1, :late]::bigint[],
    'a city filters, whatever its case'
);
select is(
    array(select s.id from api.list_slots(consultation_type => 'ONLINE') as s),
    array[:early, :tie2, :run_out]::bigint[],
    'so does a type of consultation: who sees patients both ways is found under each'
);
select is(
    array(select s.id from api.list_slots(clinic_id => :far) as s), array[:tie1, :late]::bigint[],
    'so does a clinic'
);
select is_empty(
    format($$select * from api.list_slots(clinic_id => %s, consultation_type => 'ONLINE')$$, :far),
    'filters work together'
);
select is(
    array(select s.id from api.list_slots("from" => '2031-06-02 10:00+00',
        "to" => '2031-06-02 11:00+00') as s),
    array[:tie1, :tie2]::bigint[], 'from counts, to does not'
);
select is(
    array(select s.id from api.list_slots("to" => '2031-06-02 10:00+00') as s),
    array[:early]::bigint[], 'without from, slots are listed from now on'
);
select is(
    array(select s.id from api.list_slots("from" => '-infinity',
        "to" => '2031-06-02 10:00+00') as s),
    array[:early]::bigint[], 'from does not bring past slots among the available ones'
);
select is(
    array(select s.id from api.list_slots("from" => '-infinity', "to" => 'now',
        available => false) as s),
    array[:past]::bigint[], 'but it does among all'
);
select is_empty(
    $$select * from api.list_slots(
          "from" => '2031-06-02 11:00+00', "to" => '2031-06-02 10:00+00')$$,
    'a span that ends before it starts has no slots');
select is(
    array(select s.id from api.list_slots(seats => 2) as s), array[:tie2]::bigint[],
    'seats asks for so many free seats'
);
select is_empty('select * from api.list_slots(seats => 3)', 'seats that are held are not free');
select throws_ok('select api.list_slots(seats => 0)', '23514', null,
    'at least a seat is asked for');

select is(
    array(select s.id from api.list_slots("limit" => 2) as s), array[:early, :tie1]::bigint[],
    'a page has as many slots as asked for'
);
select is(
    array(select s.id from api.list_slots("limit" => 2, after => :tie1) as s),
    array[:tie2, :late]::bigint[], 'the next page goes on, also between two slots of one start'
);
select is(
    array(select s.id from api.list_slots(after => :deleted, available => false) as s),
    array[]::bigint[],
    'a slot that was deleted meanwhile still marks where to go on: after the last'
);
select is(
    array(select s.id from api.list_slots(after => :booked) as s), array[:run_out]::bigint[],
    'so does one that was booked meanwhile'
);
select is(
    array(
        with recursive walk as (
            select 1 as page, array(
                select s.id from api.list_slots(available => false, "limit" => 2) as s
            ) as ids
            union all
            select w.page + 1, array(
                select s.id
                from api.list_slots(available => false, "limit" => 2, after => w.ids[2]) as s
            )
            from walk as w where cardinality(w.ids) = 2
        )
        select i from walk as w, unnest(w.ids) with ordinality as i (i, place)
        order by w.page, place
    ),
    array(select s.id from api.list_slots(available => false) as s),
    'page by page one sees every slot exactly once, in order'
);
select throws_ok('select api.list_slots("limit" => 0)', '23514', null,
    'a page has at least a slot');
select throws_ok('select api.list_slots("limit" => 501)', '23514', null,
    'a page has 500 slots at most');

-- Days are the clinic's, whatever the session's zone. Days of the past are taken: of these nobody
-- changes the clocks any more.
reset role;
create function tests.slots_in(zone text, variadic starts text[]) returns bigint[]
language plpgsql
as $$
declare
    v_doctor bigint := tests.doctor('Dr. ' || zone, clinic => tests.clinic(zone, zone));
begin
    return array(select tests.slot(v_doctor, s::timestamptz, 10) from unnest(starts) as s);
end;
$$;
create function tests.on_day(slots bigint[], day date) returns bigint[]
language sql
as $$
select array(
    select s.id from api.list_slots(date => day, available => false) as s where s.id = any(slots)
);
$$;
select tests.slots_in('Pacific/Auckland', '2024-07-02 00:00+12', '2024-07-02 23:50+12',
        '2024-07-03 00:00+12') as auckland,
    tests.slots_in('America/Los_Angeles', '2024-07-02 00:00-07', '2024-07-02 23:50-07',
        '2024-07-03 00:00-07') as los_angeles,
    tests.slots_in('Pacific/Kiritimati', '2024-07-02 00:00+14',
        '2024-07-03 00:00+14') as kiritimati,
    tests.slots_in('Europe/Paris', '2024-03-31 00:00+01', '2024-03-31 23:50+02',
        '2024-04-01 00:00+02') as paris,
    tests.slots_in('America/Havana', '2024-11-02 23:50-04', '2024-11-03 00:30-04',
        '2024-11-03 00:30-05', '2024-11-03 23:50-05', '2024-11-04 00:00-05') as havana \gset
set local timezone = 'Asia/Tokyo';
select tests.act_as('anon');
select is(tests.on_day(:'auckland', '2024-07-02'), (:'auckland'::bigint[])[1:2],
    'Auckland: a day lasts from midnight to midnight there');
select is(tests.on_day(:'auckland', '2024-07-03'), (:'auckland'::bigint[])[3:3],
    'Auckland: then the next one begins');
select is(tests.on_day(:'auckland', '2024-07-01'), '{}', 'Auckland: but not the one before');
select is(tests.on_day(:'los_angeles', '2024-07-02'), (:'los_angeles'::bigint[])[1:2],
    'Los Angeles: a day lasts from midnight to midnight there');
select is(tests.on_day(:'los_angeles', '2024-07-03'), (:'los_angeles'::bigint[])[3:3],
    'Los Angeles: then the next one begins');
select is(tests.on_day(:'kiritimati', '2024-07-02'), (:'kiritimati'::bigint[])[1:1],
    'Kiritimati: 14 hours ahead of UTC, too');
select is(tests.on_day(:'paris', '2024-03-31'), (:'paris'::bigint[])[1:2],
    'Paris: a day of 23 hours is listed in full');
select is(tests.on_day(:'havana', '2024-11-03'), (:'havana'::bigint[])[2:4],
    'Havana: the double hour after midnight belongs to its day');
select is(
    array(
        select s.id from api.list_slots(date => '2024-07-02', "from" => '2024-07-02 12:00+12',
            "to" => '2024-07-02 12:00+00', available => false) as s
        where s.id = any(:'auckland')
    ),
    (:'auckland'::bigint[])[2:2], 'a day and a span filter together'
);
select is_empty($$select * from api.list_slots(date => '2024-07-02')$$,
    'a past day has no free slots');

select tests.act_as_nobody();
select tests.account('Ann') as ann, tests.account('Dan', 'doctor') as dan,
    tests.account('Eve', 'admin') as eve \gset
select tests.act_as('patient', :ann);
select is((select count(*) from api.list_slots()), 5::bigint, 'a patient sees the same slots');
select tests.act_as('doctor', :dan);
select is((select count(*) from api.list_slots()), 5::bigint, 'so does a doctor');
select tests.act_as('admin', :eve);
select is((select count(*) from api.list_slots()), 5::bigint, 'so does an admin');
set local role slotkeeper_server;
select throws_ok('select api.list_slots()', '42501', null, 'the server itself sees none');
set local role slotkeeper_report;
select throws_ok('select api.list_slots()', '42501', null, 'nor does a reader of reports');

reset role;
select tests.doctor(specialization => 'Change') as changing \gset
insert into data.slot (doctor_id, start_time, end_time, capacity, deleted_at)
select
    :changing, start, start + interval '1 minute', 1, clock_timestamp() + interval '1 minute'
from generate_series(1, 1100) as n
cross join lateral (select timestamptz '2030-01-01 00:00Z' + n * interval '1 minute') as s (start);
select tests.slot(:changing, '2030-06-01 10:00+00') as left_over \gset
select tests.act_as('anon');
select is(
    array(select s.id from api.list_slots(specialization => 'Change') as s),
    array[:left_over]::bigint[],
    'however many slots changed hours have left behind, they take no place on a page'
);
select is(
    array(select s.id from api.list_slots("from" => '2030-01-01 00:00+00', "limit" => 1) as s),
    array[:left_over]::bigint[], 'nor on that of all doctors'
);

-- The plan begins with the slots of the page, not with all doctors, whatever it expects of filters.
select tests.act_as_nobody();
with d as (
    insert into data.doctor (clinic_id, name, specialization, listed_at)
    select min(c.id), 'Dr. Many', 'Plans', now()
    from data.clinic as c cross join generate_series(1, 300) as n
    group by n
    returning id
)
insert into data.slot (doctor_id, start_time, end_time)
select d.id, g.start, g.start + interval '10 minutes'
from d
cross join generate_series(now(), now() + interval '10 days', interval '6 hours') as g (start);
analyze data.clinic, data.doctor, data.slot, data.booking;
select pg_stat_get_xact_numscans('data.slot_doctor_start_idx'::regclass) as before \gset
select count(*) from api.list_slots() \gset listed_
-- To plan, PostgreSQL itself looks at the ends of the index.
select cmp_ok(
    pg_stat_get_xact_numscans('data.slot_doctor_start_idx'::regclass) - :before, '<', 20::bigint,
    'a page without a filter looks through no doctor''s slots'
);

select * from finish();
rollback;
