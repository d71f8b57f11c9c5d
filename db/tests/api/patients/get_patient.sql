begin;
select plan(9);

select
    tests.account('Ann', email => 'ann@example.com') as ann, tests.account('Bob') as bob,
    tests.account(role => 'doctor') as sun, tests.account(role => 'clerk') as joe,
    tests.account(role => 'admin') as eve
\gset
select tests.doctor('Dr. Sun', account => :sun) as doctor \gset
select tests.booking(tests.slot(:doctor), :ann, status => 'COMPLETED') as booking \gset
select tests.record(:ann, :doctor, 'HISTORY') as first, tests.record(:bob, :doctor) as bobs \gset
select tests.record(:ann, :doctor, 'HISTORY', corrects => :first) as second \gset

select tests.act_as('patient', :ann);
select results_eq(
    format('select id, name, email, status from api.get_patient(%s)', :ann),
    format($$values (%s::bigint, 'Ann'::data.label, 'ann@example.com'::data.email,
        'ACTIVE'::data.account_status)$$, :ann),
    'a patient sees the own profile'
);
select results_eq(
    format('select r.id, r.corrects_id, r.corrected_by_id, r.doctor_name::text
        from unnest((api.get_patient(%s)).records) as r', :ann),
    format($$values (%s::bigint, %s::bigint, null::bigint, 'Dr. Sun'),
        (%s, null, %s, 'Dr. Sun')$$, :second, :first, :first, :second),
    'and records, newest first'
);
select throws_ok(format('select api.get_patient(%s)', :bob), 'PT404', 'patient_not_found',
    'hole 6: but nobody else''s');
select throws_ok('select api.get_patient(null)', 'PT404', 'patient_not_found', 'nor nobody''s');
select tests.act_as('doctor', :sun);
select is(cardinality((api.get_patient(:ann)).records), 2, 'so does a doctor who treats them');
select throws_ok(format('select api.get_patient(%s)', :bob), 'PT404', 'patient_not_found',
    'but not one who only ever wrote about them');
select tests.act_as('clerk', :joe);
select is((api.get_patient(:ann)).records, null, 'clerks see the profile alone');
select tests.act_as('admin', :eve);
select is((api.get_patient(:ann)).records, null, 'so do admins');
select tests.act_as('anon');
select throws_ok(format('select api.get_patient(%s)', :ann), '42501', null, 'guests see nothing');

select * from finish();
rollback;
