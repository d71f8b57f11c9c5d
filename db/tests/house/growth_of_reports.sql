-- The reports are counted from what has changed: that reads little, however much there is.
begin;
select plan(6);

select tests.doctor() as doctor, tests.account() as ann \gset
insert into data.slot (doctor_id, start_time, end_time)
select :doctor, t, t + interval '10 minutes'
from generate_series(timestamptz '2000-01-01 00:00Z', '2000-03-31', interval '10 minutes') as t;
set local session_replication_role = replica;
insert into data.booking (
    slot_id, doctor_id, slot_capacity, account_id, patient_name, patient_email, seats, status,
    amount, currency, manage_token_hash, created_at, confirmed_at, completed_at
)
select
    s.id, s.doctor_id, 1, case when s.id % 1000 = 0 then :ann end, 'Patient',
    'patient' || s.id % 1000 || '@example.com', '{[1,2)}', 'COMPLETED', 0, 'USD',
    case when s.id % 1000 <> 0 then sha256('') end, s.start_time, s.start_time, s.start_time
from data.slot as s;
insert into data.waitlist_entry (
    slot_id, doctor_id, manage_token_hash, patient_name, patient_email, booking_id
)
select b.slot_id, b.doctor_id, sha256(''), 'Patient', b.patient_email, b.id
from data.booking as b where b.account_id is null;
set local session_replication_role = origin;
-- Others who work on the last day that is counted below.
insert into data.slot (doctor_id, start_time, end_time)
select d.id, t, t + interval '10 minutes'
from (select tests.doctor() as id from generate_series(1, 50)) as d
cross join generate_series(
    timestamptz '2000-02-08 00:00Z', '2000-02-08 23:50Z', interval '10 minutes'
) as t;
analyze data.slot, data.booking, data.waitlist_entry;
-- Tables of this size might be read whole for less than an index costs in order.
set local enable_seqscan = off;
select cmp_ok((select count(*) from data.waitlist_entry), '>', 10000::bigint, 'there is much');

update data.event_reader as r set last_xid = '2', last_id = 0 where r.name = 'reports';
create function pg_temp.reads_little(
    what text, entity text, event data.event, ids bigint[], rows bigint
) returns text
language plpgsql
as $$
begin
    insert into data.change (xid, entity, entity_id, event, actor_role, before, after)
    select '3', reads_little.entity, i, reads_little.event, 'server', '{}', '{}'
    from unnest(reads_little.ids) as i;
    return cmp_ok(
        tests.rows_read('select core.mark_days(1)'), '<=', reads_little.rows, reads_little.what
    );
end;
$$;
select pg_temp.reads_little(
    'a booking that was offered', 'booking', 'booking.confirmed',
    array(select w.booking_id from data.waitlist_entry as w order by w.id limit 8), 20
);
select pg_temp.reads_little(
    c.what, 'booking', 'booking.completed',
    array(
        select b.id from data.booking as b
        where (b.account_id is null) = c.is_guest order by b.id limit 8
    ), 100
)
from (values ('a guest''s visit', true), ('that of an account', false)) as c (what, is_guest);

with completed as (
    insert into data.change (xid, entity, entity_id, event, actor_role, before, after)
    select '3', 'booking', b.id, 'booking.completed', 'server', '{}', '{}'
    from data.booking as b where b.patient_email = 'patient7@example.com'
    returning id
)
select array_agg(c.id) as changes from completed as c \gset
select cmp_ok(
    tests.rows_read(format($$select core.mark_stale(array(
        select c from data.change as c where c.id = any(%L)
    ))$$, :'changes')), '<=', 120::bigint, 'all visits of a guest, whose others are looked for once'
);

delete from data.stale_day;
insert into data.stale_day (doctor_id, local_date)
select :doctor, date '2000-02-01' + n from generate_series(0, 7) as n;
select cmp_ok(
    tests.rows_read('select core.count_days(1)'), '<=', 1500::bigint,
    'a day of a doctor, whoever else works on it'
);

select * from finish();
rollback;
