begin;
select plan(36);

select tests.doctor('Dr. Bob') as bob, tests.doctor('Dr. Cid') as cid,
    tests.doctor('Dr. New', listed => false) as unlisted, tests.doctor('Dr. Gone') as gone,
    tests.doctor('Dr. Idle') as idle \gset
select tests.slot(:bob, '2031-06-02 11:00+00', capacity => 4) as late,
    tests.slot(:bob, '2031-06-02 09:00+00') as early,
    tests.slot(:bob, '2031-06-02 10:00+00') as held,
    tests.slot(:bob, '2031-06-02 12:00+00') as booked,
    tests.slot(:bob, '2031-06-02 13:00+00') as run_out,
    tests.slot(:bob, '2024-07-02 09:00+00') as past,
    tests.slot(:bob, '2024-07-03 09:00+00') as past2,
    tests.slot(:bob, '2031-06-02 14:00+00') as deleted,
    tests.slot(:cid, '2031-06-02 09:00+00') as strange \gset
select tests.booking(:held) as holding, tests.booking(:booked, status => 'CONFIRMED') as paying,
    tests.booking(:run_out) as running_out, tests.booking(:late, seats => 2) as some \gset
select tests.run_out(:running_out);
update data.slot set deleted_at = clock_timestamp() where id = :deleted;
update data.doctor set deleted_at = clock_timestamp() where id = :gone;

select tests.act_as('anon');
select is(
    array(select s.id from api.list_doctor_slots(:bob) as s),
    array[:early, :held, :late, :booked, :run_out]::bigint[],
    'a doctor''s slots to come are listed by start, whatever their status'
);
select is(
    array(select s.status::text from api.list_doctor_slots(:bob) as s),
    array['AVAILABLE', 'HELD', 'AVAILABLE', 'BOOKED', 'AVAILABLE'], 'each with its status'
);
select is(
    array(select s.id from api.list_doctor_slots(:bob, null, null, null, null, null, 50,
        null) as s),
    array[:early, :held, :late, :booked, :run_out]::bigint[], 'null filters nothing'
);
select is(
    array(select s.id from api.list_doctor_slots(:bob, available => true) as s),
    array[:early, :late, :run_out]::bigint[], 'only free ones are listed on request'
);
select is_empty(format('select * from api.list_doctor_slots(%s)', :idle),
    'a doctor may have no slots');
select throws_ok('select api.list_doctor_slots(-1)', 'PT404', 'doctor_not_found',
    'an unknown doctor is not found');
select throws_ok('select api.list_doctor_slots(null)', 'PT404', 'doctor_not_found',
    'no doctor is not found');
select throws_ok(format('select api.list_doctor_slots(%s)', :unlisted), 'PT404', 'doctor_not_found',
    'a doctor who waits for approval is not found');
select throws_ok(format('select api.list_doctor_slots(%s)', :gone), 'PT404', 'doctor_not_found',
    'a deleted doctor is not found');

select is(
    array(select s.id from api.list_doctor_slots(:bob, "from" => '2024-07-03 09:00+00') as s),
    array[:past2, :early, :held, :late, :booked, :run_out]::bigint[],
    'from shows past slots, and counts'
);
select is(
    array(select s.id from api.list_doctor_slots(:bob, "to" => '2031-06-02 10:00+00') as s),
    array[:early]::bigint[], 'to does not count, and shows no past slots'
);
select is_empty(
    format($$select * from api.list_doctor_slots(%s, available => true,
        "from" => '2024-01-01 00:00+00', "to" => '2025-01-01 00:00+00')$$, :bob),
    'past slots are never free'
);
select is(
    array(select s.id from api.list_doctor_slots(:bob, '2024-07-02') as s), array[:past]::bigint[],
    'a date shows its slots, past ones, too'
);
select is(
    array(select s.id from api.list_doctor_slots(:bob, '2031-06-02', '2031-06-02 10:00+00',
        '2031-06-02 12:00+00') as s),
    array[:held, :late]::bigint[], 'a date and a span filter together'
);
select is_empty(
    format($$select * from api.list_doctor_slots(%s, '2024-07-02', '2024-07-03 00:00+00')$$, :bob),
    'a span after the date has no slots');
select is(
    array(select s.id from api.list_doctor_slots(:bob, seats => 2) as s), array[:late]::bigint[],
    'seats asks for so many free seats'
);
select is_empty(format('select * from api.list_doctor_slots(%s, seats => 3)', :bob),
    'seats that are held are not free');
select throws_ok('select api.list_doctor_slots(1, seats => 0)', '23514', null,
    'at least a seat is asked for');

select is(
    array(select s.id from api.list_doctor_slots(:bob, "limit" => 2) as s),
    array[:early, :held]::bigint[], 'a page has as many slots as asked for'
);
select is(
    array(select s.id from api.list_doctor_slots(:bob, "limit" => 2, after => :held) as s),
    array[:late, :booked]::bigint[], 'the next page goes on'
);
select is_empty(format('select * from api.list_doctor_slots(%s, after => %s)', :bob, :deleted),
    'a slot that was deleted meanwhile still marks where to go on: after the last');
select is(
    array(
        with recursive walk as (
            select 1 as page, array(
                select s.id from api.list_doctor_slots(:bob, "from" => '-infinity',
                    "limit" => 2) as s
            ) as ids
            union all
            select w.page + 1, array(
                select s.id
                from api.list_doctor_slots(
                    :bob, "from" => '-infinity', "limit" => 2, after => w.ids[2]
                ) as s
            )
            from walk as w where cardinality(w.ids) = 2
        )
        select i from walk as w, unnest(w.ids) with ordinality as i (i, place)
        order by w.page, place
    ),
    array[:past, :past2, :early, :held, :late, :booked, :run_out]::bigint[],
    'page by page one sees every slot exactly once, in order'
);
select throws_ok('select api.list_doctor_slots(1, "limit" => 0)', '23514', null,
    'a page has at least a slot');
select throws_ok('select api.list_doctor_slots(1, "limit" => 501)', '23514', null,
    'a page has 500 slots at most');

-- Days are the clinic's, whatever the session's zone. Days of the past are taken: of these nobody
-- changes the clocks any more.
reset role;
create function tests.doctor_in(zone text, variadic starts text[]) returns bigint
language plpgsql
as $$
declare
    v_doctor bigint := tests.doctor('Dr. ' || zone, clinic => tests.clinic(zone, zone));
begin
    perform tests.slot(v_doctor, s::timestamptz, 10) from unnest(starts) as s;
    return v_doctor;
end;
$$;
-- The local times of the slots that a date shows.
create function tests.on_day(doctor bigint, day date, zone text) returns text[]
language sql
as $$
select array(
    select to_char(s.start_time at time zone zone, 'DD HH24:MI')
    from api.list_doctor_slots(doctor, date => day) as s
);
$$;
select tests.doctor_in('Pacific/Auckland', '2024-07-01 23:50+12', '2024-07-02 00:00+12',
        '2024-07-02 23:50+12', '2024-07-03 00:00+12') as auckland,
    tests.doctor_in('America/Los_Angeles', '2024-07-01 23:50-07', '2024-07-02 00:00-07',
        '2024-07-02 23:50-07', '2024-07-03 00:00-07') as los_angeles,
    tests.doctor_in('Europe/Paris', '2024-03-31 00:00+01', '2024-03-31 23:50+02',
        '2024-04-01 00:00+02') as paris,
    tests.doctor_in('America/Havana', '2024-11-02 23:50-04', '2024-11-03 00:30-04',
        '2024-11-03 00:30-05', '2024-11-03 23:50-05', '2024-11-04 00:00-05',
        '2024-03-09 23:50-05', '2024-03-10 01:00-04') as havana \gset
set local timezone = 'Asia/Tokyo';
select tests.act_as('anon');
select is(tests.on_day(:auckland, '2024-07-02', 'Pacific/Auckland'), array['02 00:00', '02 23:50'],
    'Auckland: a day lasts from midnight to midnight there');
select is(tests.on_day(:los_angeles, '2024-07-02', 'America/Los_Angeles'),
    array['02 00:00', '02 23:50'], 'Los Angeles: a day lasts from midnight to midnight there');
select is(tests.on_day(:paris, '2024-03-31', 'Europe/Paris'), array['31 00:00', '31 23:50'],
    'Paris: a day of 23 hours is listed in full');
select is(tests.on_day(:havana, '2024-11-03', 'America/Havana'),
    array['03 00:30', '03 00:30', '03 23:50'],
    'Havana: the double hour after midnight belongs to its day');
select is(tests.on_day(:havana, '2024-11-02', 'America/Havana'), array['02 23:50'],
    'Havana: and not to the day before');
select is(tests.on_day(:havana, '2024-03-10', 'America/Havana'), array['10 01:00'],
    'Havana: a day without midnight begins at one');
select is(tests.on_day(:havana, '2024-03-09', 'America/Havana'), array['09 23:50'],
    'Havana: where the day before ends');

select tests.act_as_nobody();
select tests.account('Ann') as ann, tests.account('Dan', 'doctor') as dan,
    tests.account('Eve', 'admin') as eve \gset
select tests.act_as('patient', :ann);
select is((select count(*) from api.list_doctor_slots(:bob)), 5::bigint,
    'a patient sees the same slots');
select tests.act_as('doctor', :dan);
select is((select count(*) from api.list_doctor_slots(:bob)), 5::bigint, 'so does a doctor');
select tests.act_as('admin', :eve);
select is((select count(*) from api.list_doctor_slots(:bob)), 5::bigint, 'so does an admin');
set local role slotkeeper_server;
select throws_ok('select api.list_doctor_slots(1)', '42501', null, 'the server itself sees none');
set local role slotkeeper_report;
select throws_ok('select api.list_doctor_slots(1)', '42501', null, 'nor does a reader of reports');

select * from finish();
rollback;
