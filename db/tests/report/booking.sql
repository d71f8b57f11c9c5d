begin;
select plan(8);

select
    tests.account() as ann,
    tests.clinic(time_zone => 'Pacific/Auckland', currency => 'NZD') as clinic
\gset
select tests.doctor(fee => 30, clinic => :clinic) as doctor \gset
-- Late in the evening in UTC, which is the next day in Auckland.
select tests.slot(:doctor, '2100-06-01 23:30Z', capacity => 9) as slot \gset
select
    tests.booking(:slot, :ann, seats => 2, status => 'CONFIRMED') as paid,
    tests.booking(:slot) as run_out,
    tests.booking(:slot, :ann, status => 'CONFIRMED') as cancelled
\gset
select tests.run_out(:run_out);
select api.cancel_booking(:cancelled);

set local role slotkeeper_report;
select results_eq(
    'select b.id, b.slot_id, b.doctor_id, b.clinic_id, b.local_date from report.booking as b
        order by b.id',
    format(
        $$values (%2$s::bigint, %1$s), (%3$s, %1$s), (%4$s, %1$s)$$,
        format('%s::bigint, %s::bigint, %s::bigint, date ''2100-06-02''', :slot, :doctor, :clinic),
        :paid, :run_out, :cancelled
    ),
    'every booking is there, on the day of the clinic'
);
select results_eq(
    $$select b.seats, b.status::text, b.amount::numeric, b.currency::text, b.is_guest
    from report.booking as b order by b.id$$,
    $$values (2, 'CONFIRMED', 60.00, 'NZD', false), (1, 'FAILED', 30.00, 'NZD', true),
        (1, 'CANCELLED', 30.00, 'NZD', false)$$,
    'with what became of it, as everybody sees it'
);
select results_eq(
    $$select b.id from report.booking as b
        join report.payment as p on p.booking_id = b.id
        where b.status = 'CONFIRMED' and p.status = 'SUCCEEDED'$$,
    array[:paid]::bigint[], 'a report may ask for a status, and for what was paid'
);
select is_empty(
    $$select to_jsonb(b) from report.booking as b
    where to_jsonb(b)::text ~* 'ann|example' or to_jsonb(b) ?| '{account_id,reason,patient_name}'$$,
    'nothing tells who the patient is'
);
select throws_ok(
    'select * from api.booking', '42501', null, 'who reports does not see what the API shows'
);
select throws_ok('select * from data.booking', '42501', null, 'nor the tables');
select is(
    has_table_privilege('report.booking', 'insert, update, delete, truncate'), false,
    'and changes nothing'
);

reset role;
select count(tests.booking(:slot, status => c.status, patient_email => c.address)) from (
    values ('COMPLETED', 'Bob@example.com'), ('COMPLETED', 'bob@example.com'),
        ('PENDING', 'bob@example.com'), ('CANCELLED', 'bob@example.com')
) as c (status, address);
set local role slotkeeper_report;
select results_eq(
    $$select dense_rank() over (order by min(b.id)), count(*) from report.booking as b
        where b.is_guest and b.status <> 'FAILED' group by b.patient order by 1$$,
    'values (1::bigint, 2::bigint), (2, 1), (3, 1)',
    'guests who were seen have one name, which nobody finds out by booking under their address'
);

select * from finish();
rollback;
