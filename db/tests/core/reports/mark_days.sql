-- What the own transaction has done is read by none, so that this history is made up.
begin;
select plan(4);

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
    array[(timestamptz :'settled' at time zone 'UTC')::date], 'money the day on which it moved'
);

select * from finish();
rollback;
