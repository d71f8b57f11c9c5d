begin;
select plan(5);

select tests.clinic(time_zone => 'Pacific/Auckland') as clinic \gset
select tests.doctor(clinic => :clinic) as doctor \gset
select
    tests.slot(:doctor, '2100-06-01 23:30Z', capacity => 4) as slot,
    tests.slot(:doctor) as full_slot,
    tests.slot(:doctor) as held,
    tests.slot(:doctor, '2000-06-01 10:00Z') as past,
    tests.slot(:doctor) as deleted
\gset
select
    tests.booking(:slot, seats => 2), tests.booking(:full_slot, status => 'CONFIRMED'),
        tests.booking(:held),
    tests.booking(:past, status => 'CONFIRMED');
select tests.booking(:slot) as run_out \gset
select tests.run_out(:run_out);
update data.slot as s set deleted_at = clock_timestamp() where s.id = :deleted;

set local role slotkeeper_report;
select results_eq(
    $$select s.id, s.capacity, s.seats_taken, s.status::text from report.slot as s order by s.id$$,
    format(
        $$values (%s::bigint, 4, 2, 'AVAILABLE'), (%s, 1, 1, 'BOOKED'), (%s, 1, 1, 'HELD'), (%s, 1,
            1, 'PAST')$$,
        :slot, :full_slot, :held, :past
    ),
    'every slot that stands is there, and how full it is'
);
select results_eq(
    format('select s.doctor_id, s.clinic_id, s.local_date from report.slot as s
        where s.id = %s', :slot),
    format('values (%s::bigint, %s::bigint, date ''2100-06-02'')', :doctor, :clinic),
    'on the day of the clinic'
);
select throws_ok(
    'select * from api.slot', '42501', null, 'who reports does not see what the API shows'
);
select throws_ok('select * from data.slot', '42501', null, 'nor the tables');
select throws_ok('select api.get_slot(1)', '42501', null, 'nor calls a function');

select * from finish();
rollback;
