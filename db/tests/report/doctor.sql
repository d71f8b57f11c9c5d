begin;
select plan(4);

select tests.clinic('Harbour', 'Pacific/Auckland', 'NZD') as clinic \gset
select
    tests.doctor('Dr. Sun', 30, clinic => :clinic, city => 'Auckland') as doctor,
    tests.doctor('Dr. Moon', 0, clinic => :clinic, specialization => 'Surgery') as gone,
    tests.doctor('Dr. Who', listed => false) as waiting
\gset
update data.doctor as d set deleted_at = clock_timestamp() where d.id = :gone;

set local role slotkeeper_report;
select results_eq(
    $$select d.id, d.clinic_id, d.clinic_name::text, d.time_zone::text, d.name::text,
        d.specialization::text,
        d.city::text, d.consultation_type::text, d.consultation_fee::numeric, d.currency::text,
        d.deleted_at is null
    from report.doctor as d order by d.id$$,
    format(
        $$values
        (%s::bigint, %s::bigint, 'Harbour', 'Pacific/Auckland', 'Dr. Sun', 'Cardiology', 'Auckland',
            'OFFLINE',
            30.00, 'NZD', true),
        (%s, %s, 'Harbour', 'Pacific/Auckland', 'Dr. Moon', 'Surgery', null, 'OFFLINE', 0.00, 'NZD',
            false)$$,
        :doctor, :clinic, :gone, :clinic
    ),
    'every doctor is there, also who has left, but nobody who waits for approval'
);
select throws_ok(
    'select * from api.doctor', '42501', null, 'who reports does not see what the API shows'
);
select throws_ok('select * from data.doctor', '42501', null, 'nor the tables');
select throws_ok('select * from data.account', '42501', null, 'none of them');

select * from finish();
rollback;
