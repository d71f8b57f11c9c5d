begin;
select plan(11);

select tests.clinic(currency => 'EUR') as clinic, tests.account('Ann') as ann,
    tests.account('Bob', 'doctor') as bob, tests.account('Fay', 'doctor') as fay,
    tests.account('Eve', 'admin') as eve \gset
select tests.doctor('Dr. Bob', 12.5, :bob, :clinic, 'Surgery', 'Paris') as doctor,
    tests.doctor('Dr. Fay', account => :fay, listed => false) as unlisted,
    tests.doctor('Dr. Gone') as gone \gset
update data.doctor set deleted_at = clock_timestamp() where id = :gone;

select tests.act_as('anon');
select results_eq(
    format('select * from api.get_doctor(%s)', :doctor),
    format($$values (
        %s::bigint, %s::bigint, 'Dr. Bob'::data.label, 'Surgery'::data.label, 'Paris'::data.label,
        'OFFLINE'::data.consultation_type, 12.5::data.fee, 'EUR'::data.currency, null::data.rating,
        null::data.email, null::data.phone, null::data.experience_years)$$, :doctor, :clinic),
    'anybody sees a doctor'
);
select throws_ok('select api.get_doctor(-1)', 'PT404', 'doctor_not_found',
    'an unknown doctor is not found');
select throws_ok('select api.get_doctor(null)', 'PT404', 'doctor_not_found',
    'no doctor is not found');
select throws_ok(format('select api.get_doctor(%s)', :gone), 'PT404', 'doctor_not_found',
    'a deleted doctor is not found');
select throws_ok(format('select api.get_doctor(%s)', :unlisted), 'PT404', 'doctor_not_found',
    'a doctor who waits for approval is not found');
select tests.act_as('doctor', :fay);
select throws_ok(format('select api.get_doctor(%s)', :unlisted), 'PT404', 'doctor_not_found',
    'not even by that doctor');
select is((select d.id from api.get_doctor(:doctor) as d), :doctor::bigint,
    'a doctor sees another');
select tests.act_as('patient', :ann);
select is((select d.id from api.get_doctor(:doctor) as d), :doctor::bigint,
    'a patient sees a doctor');
select tests.act_as('admin', :eve);
select is((select d.id from api.get_doctor(:doctor) as d), :doctor::bigint,
    'an admin sees a doctor');
set local role slotkeeper_server;
select throws_ok('select api.get_doctor(1)', '42501', null, 'the server itself sees none');
set local role slotkeeper_report;
select throws_ok('select api.get_doctor(1)', '42501', null, 'nor does a reader of reports');

select * from finish();
rollback;
