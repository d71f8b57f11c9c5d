-- A page costs what a page holds, however much there is in the tables.
begin;
select plan(18);

select
    tests.account(role => 'admin') as eve,
    tests.account(role => 'doctor') as sun,
    tests.account() as ann
\gset
select tests.account(role => 'doctor', status => 'PENDING_APPROVAL') as new \gset
insert into data.account (name, email, password_hash, role)
select 'Patient', 'patient' || n || '@example.com', 'no password', 'patient'
from generate_series(1, 3000) as n;

select tests.doctor(account => :sun) as doctor \gset
select count(tests.doctor()) from generate_series(1, 9);
insert into data.slot (doctor_id, start_time, end_time, capacity)
select d.id, s.start_time, s.start_time + interval '30 minutes', 2
from data.doctor as d
cross join generate_series(
    date_trunc('day', clock_timestamp()) + interval '1 day',
    date_trunc('day', clock_timestamp()) + interval '7 days', interval '30 minutes'
) as s (start_time);
insert into data.booking (
    slot_id, slot_capacity, account_id, patient_name, patient_email, seats, status, amount,
    currency, manage_token_hash, expires_at
)
select
    s.id, s.capacity, case when s.id % 300 = 0 then :ann end, 'Patient',
    'patient' || s.id % 1000 || '@example.com', '{[1,2)}', 'PENDING', 50, 'USD',
    case when s.id % 300 <> 0 then sha256('') end, clock_timestamp() + interval '1 hour'
from data.slot as s;
select s.id as slot, s.start_time::date as day from data.slot as s where s.doctor_id = :doctor
order by s.id limit 1 offset 100 \gset
select max(s.start_time)::date as last_day from data.slot as s \gset
select b.id as after from data.booking as b order by b.id limit 1 offset 1500 \gset
analyze data.account, data.doctor, data.slot, data.booking;

create function pg_temp.reads_little(query text, rows integer, what text) returns text
language sql
as $$
select cmp_ok(tests.rows_read(query), '<=', rows::bigint, what)
$$;
select ok(
    (select count(*) > 2500 from data.slot) and (select count(*) > 2500 from data.booking),
    'there is much in the tables'
);

select tests.act_as('anon');
select pg_temp.reads_little('select api.list_slots()', 400, 'the next slots of all doctors');
select pg_temp.reads_little(
    format('select api.list_slots(doctor_id => %s)', :doctor), 400, 'those of one doctor'
);
select pg_temp.reads_little(
    format('select api.list_slots(after => %s)', :slot), 400, 'a later page'
);
select pg_temp.reads_little(
    format('select api.list_slots(date => %L)', :'day'), 400, 'those of a day'
);
select pg_temp.reads_little(
    format('select api.list_doctor_slots(%s)', :doctor), 400, 'a doctor''s slots'
);
select pg_temp.reads_little(
    format('select api.list_doctor_slots(%s, date => %L)', :doctor, :'day'), 400,
    'and a day of them'
);
select pg_temp.reads_little(format('select api.get_slot(%s)', :slot), 10, 'a slot');
select pg_temp.reads_little('select api.list_doctors()', 50, 'doctors');

select tests.act_as('patient', :ann);
select pg_temp.reads_little('select api.list_my_bookings("limit" => 5)', 60, 'own bookings');

select tests.act_as('doctor', :sun);
select pg_temp.reads_little(
    'select api.list_bookings("limit" => 5)', 1500, 'bookings of one''s own patients'
);
select pg_temp.reads_little(
    format('select api.list_slot_bookings(%s)', :slot), 20, 'those of one slot'
);

select tests.act_as('admin', :eve);
select pg_temp.reads_little('select api.list_bookings()', 600, 'the newest bookings');
select pg_temp.reads_little(
    format('select api.list_bookings(after => %s)', :after), 600, 'a later page of them'
);
select pg_temp.reads_little(
    format('select api.list_bookings(date => %L, "limit" => 5)', :'last_day'), 150,
    'the bookings of a day'
);
select pg_temp.reads_little(
    'select api.list_bookings(date => ''2001-01-01'')', 50, 'and of one that has none'
);
select pg_temp.reads_little(
    'select api.list_bookings(patient_email => ''patient7@example.com'')', 60,
    'bookings of one address'
);
select pg_temp.reads_little(
    'select api.list_accounts(''PENDING_APPROVAL'')', 20, 'the few accounts that wait'
);

select * from finish();
rollback;
