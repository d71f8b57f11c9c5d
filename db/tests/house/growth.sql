-- A page costs what a page holds, however much there is in the tables; where filters let few rows
-- pass, what it looks at is bounded.
begin;
select plan(100);

select
    tests.account(role => 'admin') as eve,
    tests.account(role => 'doctor') as sun,
    tests.account(role => 'clerk') as joe,
    tests.account() as ann
\gset
select tests.account(role => 'doctor', status => 'PENDING_APPROVAL') as new \gset
insert into data.account (name, email, password_hash, role)
select 'Patient', 'patient' || n || '@example.com', '$argon2id$no password', 'patient'
from generate_series(1, 3000) as n;

-- Ten doctors whose days are full, all but the last one.
select tests.doctor(account => :sun) as doctor, tests.doctor(specialization => 'Rare') as rare \gset
select count(tests.doctor()) from generate_series(1, 8);
select tests.doctor(specialization => 'Idle') as idle \gset
insert into data.slot (doctor_id, start_time, end_time, capacity)
select
    d.id, s.start_time, s.start_time + interval '10 minutes',
    case when s.start_time < current_date + 7 then 1 else 2 end
from data.doctor as d
cross join generate_series(
    current_date + interval '1 day', current_date + interval '8 days' - interval '10 minutes',
    interval '10 minutes'
) as s (start_time)
where d.id <> :idle;
prepare fill as
insert into data.booking (
    slot_id, doctor_id, slot_capacity, account_id, patient_name, patient_email, seats, status,
    amount, currency, manage_token_hash, created_at, expires_at
)
select
    s.id, s.doctor_id, s.capacity, case when s.id % 300 = 0 then :ann end, 'Patient',
    'patient' || s.id % 1000 || '@example.com', '{[1,2)}', 'PENDING', 50, 'USD',
    case when s.id % 300 <> 0 then sha256('') end, clock_timestamp() - interval '1 minute',
    clock_timestamp() + case when s.id % 100 = 0 then interval '0' else interval '1 hour' end
from data.slot as s;
-- There is room in which there is nothing any more, as in tables that have been used for long.
savepoint unfilled;
execute fill;
rollback to savepoint unfilled;
execute fill;
rollback to savepoint unfilled;
execute fill;
update data.booking as b set status = 'FAILED' where b.id % 50 = 1;
update data.booking as b set status = 'CANCELLED', cancelled_at = clock_timestamp()
where b.id % 50 = 2;
select s.id as slot from data.slot as s where s.doctor_id = :doctor order by s.id limit 1 offset 100
\gset
select current_date + 3 as day, current_date + 7 as last_day \gset
select b.id as after from data.booking as b order by b.id limit 1 offset 1500 \gset
-- So many clinics and doctors that each is looked up rather than all of them met.
select count(tests.clinic()) from generate_series(1, 100);
insert into data.doctor (clinic_id, name, specialization)
select core.default_clinic(), 'Dr. ' || n, 'Unlisted' from generate_series(1, 500) as n;
insert into data.session (account_id, expires_at, revoked_at)
select :ann, clock_timestamp() + interval '1 day', case when n < 3000 then clock_timestamp() end
from generate_series(1, 3100) as n;
analyze data.account, data.session, data.clinic, data.doctor, data.slot, data.booking;
-- Tables of this size might be read whole for less than an index costs in order.
set local enable_seqscan = off;
set local enable_bitmapscan = off;

create function pg_temp.reads_little(what text, call text, rows integer) returns text
language sql
as $$
select cmp_ok(
    tests.rows_read(format('select count(*) from api.%s', call)), '<=', rows::bigint, what
)
$$;
select ok(
    (select count(*) > 10000 from data.slot) and (select count(*) > 10000 from data.booking),
    'there is much in the tables'
);

select core.default_clinic() as clinic \gset
-- A thousand slots that are looked at are read once, and so are their bookings; the first ones and
-- those with free seats, twice.
select tests.act_as('anon');
select pg_temp.reads_little(c.what, format('list_slots(%s)', c.filter), 2700)
from (
    values
    ('the next free slots, behind full ones', ''),
    ('those that many people can share', 'seats => 2'),
    ('and that nobody has', 'seats => 900'),
    ('those of one doctor', 'doctor_id => ' || :doctor),
    ('those of one who has none', 'doctor_id => ' || :idle),
    ('those of nobody', 'doctor_id => -1'),
    ('those of a common specialization', 'specialization => ''Cardiology'''),
    ('those of a rare one', 'specialization => ''Rare'''),
    ('those of one that has none', 'specialization => ''Idle'''),
    ('those of one that nobody has', 'specialization => ''None'''),
    ('those of a city', 'city => ''Bonn'''),
    ('those of a city that nobody lives in', 'city => ''None'''),
    ('those of a clinic', 'clinic_id => ' || :clinic),
    ('those who are seen online', 'consultation_type => ''ONLINE'''),
    ('those of a full day', format('date => %L', :'day')),
    ('those of a day in a specialization',
        format('specialization => ''Rare'', date => %L', :'last_day')),
    ('those from some time on', format('"from" => %L', :'day')),
    ('those up to some time', format('"to" => %L', :'last_day')),
    ('a later page', format('after => %s', :slot))
) as c (what, filter);
select pg_temp.reads_little(c.what, format('list_slots(%s)', c.filter), 1400)
from (
    values
    ('those of a day with free ones', format('date => %L', :'last_day')),
    ('those of a day without any', 'date => ''2001-01-01'''),
    ('full ones, too', 'available => false'),
    ('full ones of a day', format('available => false, date => %L', :'day'))
) as c (what, filter);
select pg_temp.reads_little(c.what, format('list_doctor_slots(%s, %s)', :doctor, c.filter), c.rows)
from (
    values
    ('a doctor''s slots', 'null', 1200),
    ('those of a day', format('%L', :'day'), 350),
    ('the free ones of a day', format('%L, available => true', :'last_day'), 350),
    ('the free ones, behind full ones', 'available => true', 3000),
    ('those with many free seats', 'seats => 900', 3000),
    ('a later page of them', format('after => %s', :slot), 1200)
) as c (what, filter, rows);
select pg_temp.reads_little('a slot', format('get_slot(%s)', :slot), 10);
select pg_temp.reads_little('doctors', 'list_doctors()', 50);

select tests.act_as('patient', :ann);
select pg_temp.reads_little('own logins', 'list_sessions("limit" => 5)', 40);
select pg_temp.reads_little('own bookings', 'list_my_bookings("limit" => 5)', 40);

select pg_temp.reads_little(
    'those of a status that none has', 'list_my_bookings(''{NO_SHOW}'')', 200
);

select tests.act_as('doctor', :sun);
select pg_temp.reads_little('the own queue', format('list_queue(%s)', :doctor), 500);
select pg_temp.reads_little(c.what, format('list_bookings("limit" => 5 %s)', c.filter), c.rows)
from (
    values
    ('bookings of one''s own patients', '', 60),
    ('those of a status that none has', ', status => ''{NO_SHOW}''', 20),
    ('those of a day', format(', date => %L', :'day'), 1200),
    ('those to come', format(', "from" => %L', :'day'), 1200)
) as c (what, filter, rows);
select pg_temp.reads_little('those of one slot', format('list_slot_bookings(%s)', :slot), 20);

select tests.act_as('admin', :eve);
select pg_temp.reads_little(c.what, format('list_bookings(%s)', c.filter), c.rows)
from (
    values
    ('the newest bookings', '', 450),
    ('a later page of them', format('after => %s', :after), 450),
    ('those that failed', '''{FAILED}''', 450),
    ('those that are held', '''{PENDING}''', 350),
    ('those of a rare status', '''{CANCELLED}''', 350),
    ('those of a status that none has', '''{CHECKED_IN}''', 20),
    ('those of a doctor', format('doctor_id => %s', :doctor), 450),
    ('those of an address', 'patient_email => ''patient7@example.com''', 150),
    ('those of a day that has none', 'date => ''2001-01-01''', 20),
    ('those of a day', format('date => %L', :'day'), 1300),
    ('those in the order of the days', 'sort => ''start_time''', 1300),
    ('a later page of them', format('sort => ''start_time'', after => %s', :after), 1300),
    ('those of a status that none has', 'sort => ''start_time'', status => ''{NO_SHOW}''', 2300),
    ('those of an address',
        'sort => ''start_time'', patient_email => ''patient7@example.com''', 150),
    ('the newest of some time', format('sort => ''created_at'', "from" => %L', :'day'), 4000)
) as c (what, filter, rows);
select pg_temp.reads_little('accounts of a name', 'list_accounts(q => ''none'')', 2100);
select pg_temp.reads_little('suspended ones', 'list_accounts(''SUSPENDED'')', 20);
select pg_temp.reads_little('accounts of a role', 'list_accounts(role => ''admin'')', 20);

select tests.act_as('clerk', :joe);
select pg_temp.reads_little(c.what, format('list_bookings(%s)', c.filter), c.rows)
from (
    values
    ('the newest of a clinic', '', 900),
    ('a later page of them', format('after => %s', :after), 900),
    ('those that failed', '''{FAILED}''', 800),
    ('those that are held', '''{PENDING}''', 800),
    ('those of a status that none has', '''{CHECKED_IN}''', 20),
    ('those of a day', format('date => %L', :'day'), 1500),
    ('those in the order of the days', 'sort => ''start_time''', 1500),
    ('a later page of them', format('sort => ''start_time'', after => %s', :after), 1500),
    ('those of a status that none has', 'sort => ''start_time'', status => ''{NO_SHOW}''', 2300)
) as c (what, filter, rows);
select tests.act_as('admin', :eve);
select pg_temp.reads_little(
    'the few accounts that wait', 'list_accounts(''PENDING_APPROVAL'')', 20
);

-- Bookings that are over cost those who look at their slot nothing.
reset role;
set local session_replication_role = replica;
insert into data.booking (
    slot_id, doctor_id, slot_capacity, patient_name, patient_email, seats, status, amount, currency,
    manage_token_hash
)
select
    s.id, s.doctor_id, s.capacity, 'Patient', 'over@example.com', '{[1,2)}', 'FAILED', 50, 'USD',
    sha256('')
from data.slot as s cross join generate_series(1, 3000)
where s.id = :slot;
set local session_replication_role = origin;
select tests.act_as('anon');
select pg_temp.reads_little('a slot of many failed bookings', format('get_slot(%s)', :slot), 10);
select pg_temp.reads_little(
    'and its day', format('list_doctor_slots(%s, %L)', :doctor, current_date + 1), 350
);

-- A list that stops early says where to go on: page by page one still finds everything.
select tests.act_as('anon');
create function pg_temp.walk(call text) returns bigint[]
language plpgsql
as $$
declare
    v_after bigint;
    v_page bigint[];
    v_found bigint[] := '{}';
begin
    loop
        perform set_config('page.next', '', true);
        execute format(
            'select array(select p.id from api.%s "limit" => 300, after => %L) as p)', call, v_after
        ) into v_page;
        v_found := v_found || v_page;
        v_after := case
            when cardinality(v_page) = 300 then v_page[300]
            else nullif(current_setting('page.next'), '')::bigint
        end;
        exit when v_after is null;
    end loop;
    return v_found;
end;
$$;
reset role;
create temp table free as
select s.id, s.doctor_id, s.specialization, row_number() over (order by s.start_time, s.id) as place
from api.slot as s where s.status = 'AVAILABLE';
insert into data.doctor (clinic_id, name, specialization, listed_at)
select core.default_clinic(), 'Dr. ' || n, 'Many', clock_timestamp()
from generate_series(1, 2500) as n;
select is(
    pg_temp.walk('list_slots('), array(select f.id from free as f order by f.place),
    'all free slots behind the full ones'
);
select is(
    pg_temp.walk('list_slots(specialization => ''Cardiology'','),
    array(select f.id from free as f where f.specialization = 'Cardiology' order by f.place),
    'those of many doctors'
);
select is(
    pg_temp.walk(format('list_slots(clinic_id => %s,', :clinic)),
    array(select f.id from free as f order by f.place), 'those of more doctors than one looks at'
);
select is(
    cardinality(pg_temp.walk('list_doctors(''{Many,Rare,None}'',')), 2501,
    'doctors of several specializations'
);
select is(
    pg_temp.walk(format('list_doctor_slots(%s, available => true,', :doctor)),
    array(select f.id from free as f where f.doctor_id = :doctor order by f.place),
    'those of one'
);
select is(
    pg_temp.walk('list_doctors(q => ''Dr. 2499'','),
    array(select d.id from data.doctor as d where d.name = 'Dr. 2499'), 'and the last doctor'
);
select tests.act_as_nobody();
select is(
    pg_temp.walk(format('list_bookings(%s,', c.filter)), c.ids, c.what
)
from (
    values
    ('bookings in the order of the days', 'sort => ''start_time''', array(
        select b.id from api.booking as b order by b.start_time, b.slot_id, b.id
    )),
    ('a few that are far apart', '''{CANCELLED}'', sort => ''start_time''', array(
        select b.id from api.booking as b where b.status = 'CANCELLED'
        order by b.start_time, b.slot_id, b.id
    )),
    ('the newest of a day', format('sort => ''created_at'', date => %L', :'day'), array(
        select b.id from api.booking as b where (b.start_time at time zone 'UTC')::date = :'day'
        order by b.id desc
    ))
) as c (what, filter, ids);

-- Many who wait.
insert into data.waitlist_entry (
    slot_id, doctor_id, account_id, manage_token_hash, patient_name, patient_email
)
select
    s.id, s.doctor_id, case when s.id % 300 = 0 then :ann end,
    case when s.id % 300 <> 0 then sha256(s.id::text::bytea) end, 'Patient',
    'patient' || s.id || '@example.com'
from data.slot as s
where s.capacity = 1;
select w.id as entry, w.slot_id as waited from data.waitlist_entry as w
where w.doctor_id = :doctor order by w.id limit 1 offset 100
\gset
analyze data.waitlist_entry;
select tests.act_as('patient', :ann);
select pg_temp.reads_little('the own entries', 'list_waitlist("limit" => 5)', 60);
select tests.act_as('anon');
select pg_temp.reads_little('that of a token', format('list_waitlist(null, %L)', :waited), 20);
select tests.act_as('doctor', :sun);
select pg_temp.reads_little('a doctor''s', 'list_waitlist("limit" => 5)', 80);
select pg_temp.reads_little('a slot''s', format('list_waitlist(%s)', :waited), 20);
select tests.act_as('admin', :eve);
select pg_temp.reads_little('all', 'list_waitlist("limit" => 5)', 60);
select pg_temp.reads_little('one', format('get_waitlist_entry(%s)', :entry), 20);

-- Many deliveries that are over, or wait for a webhook that fails.
select tests.act_as_nobody();
select tests.webhook() as hook, tests.webhook() as failing \gset
insert into data.delivery (webhook_id, change_id, next_attempt_at, delivered_at)
select h.id, c.id, case when h.id = :failing then clock_timestamp() end, 'infinity'
from data.change as c cross join (values (:hook), (:failing)) as h (id)
where c.entity = 'booking';
update data.webhook as w set paused_until = 'infinity' where w.id = :failing;
analyze data.delivery, data.change;
select tests.act_as('admin', :eve);
select pg_temp.reads_little(
    'deliveries', format('list_deliveries(%s, "limit" => 5)', :hook), 40
);
select pg_temp.reads_little(
    'those of a status that none has', format('list_deliveries(%s, ''FAILED'')', :hook), 20
);
select pg_temp.reads_little(
    'the first ones', format('list_deliveries(%s, after => %s)', :hook, (
        select min(d.id) from api.list_deliveries(:hook, "limit" => 500) as d
    )), 400
);
select tests.act_as_nobody();
select cmp_ok(
    tests.rows_read('select core.take_delivery()'), '<=', 20::bigint,
    'what waits for one that fails costs the others nothing'
);

-- Many mails that were sent, and as many that wait for a mail server.
insert into data.message (kind, to_address, subject, booking_id, next_attempt_at, sent_at)
select
    'change', 'ann@example.com', 'A subject', b.id,
    case when n = 1 then clock_timestamp() end, case when n = 2 then clock_timestamp() end
from data.booking as b cross join generate_series(1, 2) as n
order by n desc;
analyze data.message;
select cmp_ok(
    tests.rows_read(
        $$select core.finish_message((j ->> 'id')::bigint, (j ->> 'attempt')::integer, 250, null)
          from core.take_message() as j$$
    ), '<=', 60::bigint,
    'a mail that is sent costs the same, however many wait'
);

-- Many patients, and of one of them many records, in a clinic of ten doctors.
select tests.act_as_nobody();
update data.doctor set clinic_id = (select max(c.id) from data.clinic as c)
where specialization in ('Unlisted', 'Many');
insert into data.record (patient_id, doctor_id, author_id, kind, body)
select
    case when n % 2 = 0 then :ann else a.id end, case when n % 100 = 0 then :rare else :doctor end,
    :sun, case when n % 1000 = 0 then 'HISTORY' else 'VISIT_NOTE' end::data.record_kind,
    jsonb_build_object('text', 'a common word, and number' || n)
from generate_series(1, 5000) as n
join (
    select a.id, row_number() over (order by a.id) as n
    from data.account as a where a.role = 'patient'
) as a using (n);
select r.id as record from data.record as r
where r.patient_id = :ann order by r.id limit 1 offset 900
\gset
analyze data.record, data.record_word;
select tests.act_as('admin', :eve);
select pg_temp.reads_little(c.what, format('list_patients(%s)', c.filter), 2200)
from (
    values
    ('patients', '"limit" => 5'), ('those of a name', 'q => ''none''')
) as c (what, filter);
select tests.act_as('doctor', :sun);
select pg_temp.reads_little('own patients', 'list_patients("limit" => 5)', 4000);
select tests.act_as('clerk', :joe);
select pg_temp.reads_little('a clinic''s patients', 'list_patients("limit" => 5)', 4000);
select tests.act_as('patient', :ann);
select pg_temp.reads_little(
    c.what, format('list_records(%s, "limit" => 5 %s)', :ann, c.filter), c.rows
)
from (
    values
    ('the newest records', '', 60),
    ('a later page of them', ', after => ' || :record, 60),
    ('those by one doctor', ', doctor_id => ' || :rare, 60),
    ('those with a rare word inside', ', q => ''number2002''', 60),
    ('those of a kind that there are few of', ', kind => ''{HISTORY}''', 4500)
) as c (what, filter, rows);

select * from finish();
rollback;
