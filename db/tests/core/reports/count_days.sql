begin;
select plan(8);

select tests.clinic(time_zone => 'Pacific/Auckland') as clinic \gset
select tests.doctor(fee => 0, clinic => :clinic) as doctor \gset
select tests.slot(:doctor, '2100-06-01 21:00Z', capacity => 4) as slot \gset
select tests.slot(:doctor, '2100-06-01 21:30Z') as gone,
    tests.slot(:doctor, '2100-06-02 21:00Z') as next
\gset
-- The time of one that was deleted is used again, in part.
update data.slot as s set deleted_at = clock_timestamp() where s.id = :gone;
select tests.slot(:doctor, '2100-06-01 21:45Z') as later \gset
select tests.booking(:slot, seats => 2, status => 'CONFIRMED'), tests.booking(:slot);
insert into data.stale_day (doctor_id, local_date) values (:doctor, '2100-06-02');

select is(core.count_days(10), 1, 'a day is counted');
select is(core.count_days(10), 0, 'and not twice');
select results_eq(
    'select r.doctor_id, r.local_date, r.slots, r.deleted_slots, r.minutes_offered,
        r.minutes_booked, r.seats_offered, r.seats_taken, r.pending, r.confirmed, r.guests
    from data.report_day as r',
    format($$values (%s::bigint, date '2100-06-02', 3, 1, 75, 30, 5, 2, 1, 1, 2)$$, :doctor),
    'a deleted slot counts for its time, no minute counts twice'
);
update data.booking as b set status = 'CANCELLED', cancelled_at = clock_timestamp(),
    cancelled_by = 'STAFF'
where b.slot_id = :slot;
select is(
    (select r.cancelled from data.report_day as r), 0, 'what was counted stays until counted anew'
);
insert into data.stale_day (doctor_id, local_date) values (:doctor, '2100-06-02');
select core.count_days(10);
select results_eq(
    'select r.minutes_booked, r.seats_taken, r.cancelled, r.cancelled_by_patient,
        r.cancelled_by_staff
    from data.report_day as r',
    $$values (0, 0, 2, '{0,0,0,0}'::integer[], '{0,0,0,2}'::integer[])$$, 'then it is replaced'
);
-- A day that has no slots any more.
select tests.move_slot(s.id, s.start_time + interval '9 days')
from data.slot as s where s.doctor_id = :doctor;
insert into data.stale_day (doctor_id, local_date) values (:doctor, '2100-06-02');
select is(core.count_days(10), 1, 'a day that is empty now is counted, too');
select is_empty('select from data.report_day', 'and nothing is left of it');
insert into data.stale_day (doctor_id, local_date)
select :doctor, date '2100-06-11' + n from generate_series(0, 4) as n;
select is(core.count_days(3), 3, 'no more at a time than wanted');

select * from finish();
rollback;
