-- What the own transaction has done is read by none, so that this history is made up.
begin;
select plan(9);

select tests.doctor() as doctor \gset
select
    tests.slot(:doctor, '2100-06-01 10:00Z', capacity => 9) as slot,
    tests.slot(:doctor, '2100-06-03 10:00Z', capacity => 9) as old_slot
\gset
select tests.booking(:slot, status => 'CONFIRMED') as booking \gset
select p.id as payment, p.settled_at as settled from data.payment as p where p.booking_id = :booking
\gset
update data.event_reader as r set last_xid = '0', last_id = 0 where r.name = 'reports';
create function pg_temp.happened(
    entity text, id bigint, before jsonb, after jsonb
) returns bigint
language sql
as $$
insert into data.change (xid, entity, entity_id, actor_role, before, after)
values ('3', happened.entity, happened.id, 'server', happened.before, happened.after)
returning id
$$;
select
    pg_temp.happened('booking', :booking, jsonb_build_object('slot_id', :old_slot),
        jsonb_build_object('slot_id', :slot)),
    pg_temp.happened('slot', 0, null,
        jsonb_build_object('doctor_id', :doctor, 'local_date', '2100-07-01')),
    pg_temp.happened('payment', :payment, null,
        jsonb_build_object('captured_amount', 50, 'settled_at', :'settled'));
select is(core.mark_days(2), 2, 'as many changes as wanted are read');
select is(core.mark_days(10), 1, 'then the others');
select set_eq(
    'select s.doctor_id, s.local_date from data.stale_day as s',
    format(
        $$values (%1$s::bigint, date '2100-06-01'), (%1$s, '2100-06-03'), (%1$s, '2100-07-01')$$,
        :doctor
    ),
    'a booking concerns the days where it is and was, a slot its own'
);
select results_eq(
    'select s.local_date from data.stale_money as s',
    format($$values ((timestamptz %L at time zone 'UTC')::date)$$, :'settled'),
    'money the day on which it moved'
);

-- Another clinic's zone, or the clinic's other zone, makes other days; other changes do not.
select tests.clinic(time_zone => 'Pacific/Kiritimati') as east \gset
select
    tests.doctor() as moved, tests.doctor() as renamed, tests.doctor(clinic => :east) as eastern
\gset
select tests.slot(:moved, '2100-08-01 10:00Z'), tests.slot(:renamed, '2100-08-01 10:00Z');
insert into data.stale_day (doctor_id, local_date)
values (:moved, '2100-08-01'), (:renamed, '2100-08-01');
select core.count_days(9);
update data.doctor as d set clinic_id = :east where d.id = :moved;
update data.doctor as d set name = 'Dr. Who' where d.id = :renamed;
select pg_temp.happened(c.entity, c.entity_id, c.before, c.after)
from data.change as c
where c.entity = 'doctor' and c.entity_id in (:moved, :renamed);
select core.mark_days(10);
select results_eq(
    'select m.doctor_id from data.stale_doctor as m', format('values (%s::bigint)', :moved),
    'who is in another clinic gets other days'
);
-- Also where the slots have the old ones again by the time that they are looked at.
select results_eq(
    'select s.doctor_id, s.local_date from data.stale_day as s',
    format('values (%s::bigint, date %L)', :moved, '2100-08-01'),
    'and what was counted of them is counted anew'
);
insert into data.report_money (
    doctor_id, local_date, currency, captured, surplus, owed_back, paid_back
)
values (:eastern, '2100-08-05', 'USD', 1, 0, 0, 0);
select pg_temp.happened('clinic', :east, '{"time_zone": "UTC"}', '{"time_zone": "Asia/Tokyo"}');
-- As if a transaction that knew the old zone had still been making it.
select tests.slot(:doctor, '2100-08-01 23:30Z') as slot \gset
set local session_replication_role = replica;
update data.slot as s set local_date = '2100-08-02' where s.id = :slot;
set local session_replication_role = origin;
select pg_temp.happened('slot', :slot, null, '{}');
select core.mark_days(10);
select set_eq(
    'select m.doctor_id from data.stale_doctor as m',
    format('values (%s::bigint), (%s), (%s)', :moved, :eastern, :doctor),
    'and so do those of a clinic in another zone, and who has a slot of another day'
);
select results_eq(
    $$select s.local_date from data.stale_money as s where s.local_date > '2100-01-01'
      order by s.local_date$$,
    $$select d::date from generate_series('2100-08-03'::date, '2100-08-07', '1 day') as d$$,
    'money, too, may be that of the day before yesterday, or after tomorrow'
);

-- Who is seen first depends on whose a visit is.
select tests.account() as ann, tests.doctor(fee => 0) as free \gset
select
    tests.slot(:free, '2001-06-01 10:00Z') as claimed_slot,
    tests.slot(:free, '2001-06-02 10:00Z') as guest_slot,
    tests.slot(:free, '2001-06-03 10:00Z') as own_slot
\gset
select
    tests.booking(
        :claimed_slot, :ann, status => 'COMPLETED', patient_email => 'family@example.com'
    ) as claimed,
    tests.booking(
        :guest_slot, status => 'COMPLETED', patient_email => 'Family@example.com'
    ) as guests,
    tests.booking(:own_slot, :ann, status => 'COMPLETED') as own
\gset
delete from data.stale_day;
select pg_temp.happened('booking', :claimed, '{"account_id": null}', format(
    '{"account_id": %s}', :ann
)::jsonb);
select core.mark_days(10);
select set_eq(
    'select s.local_date from data.stale_day as s',
    $$values (date '2001-06-01'), ('2001-06-02'), ('2001-06-03')$$,
    'what is claimed changes who was seen before, among the account''s visits and the address''s'
);

select * from finish();
rollback;
