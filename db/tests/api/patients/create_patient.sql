begin;
select plan(13);

select tests.clinic() as far \gset
select
    tests.account(email => 'ann@example.com') as ann, tests.account(role => 'doctor') as sun,
    tests.account(role => 'clerk', clinic => :far) as kim, tests.account(role => 'admin') as eve
\gset
select tests.doctor(account => :sun) as doctor \gset
\set create 'select api.create_patient(''Eva'', %L, date_of_birth => %L)'

select tests.act_as('clerk', :kim);
select results_eq(
    $$select name, email, phone, date_of_birth, gender, address, status
        from api.create_patient('Eva', 'eva@example.com', '+1 555', '1990-01-31', 'f', 'Bonn')$$,
    $$values ('Eva'::data.label, 'eva@example.com'::data.email, '+1 555'::data.phone,
        '1990-01-31'::data.birth_date, 'f'::data.label, 'Bonn'::data.note,
        'ACTIVE'::data.account_status)$$,
    'the desk makes a patient'
);
select throws_ok(
    format(:'create', 'ANN@example.com', null), 'PT409', 'email_taken', 'once'
);
select throws_ok(
    format(:'create', 'a@example.com', '2199-01-01'), 'PT400', 'invalid_parameter', 'who is born'
);
select tests.act_as('doctor', :sun);
select lives_ok(format(:'create', 'sun@example.com', null), 'so does a doctor');
select tests.act_as('admin', :eve);
select lives_ok(format(:'create', 'admin@example.com', null), 'and an admin');
select tests.act_as('patient', :ann);
select throws_ok(format(:'create', 'x@example.com', null), '42501', null, 'no patient does');
select tests.act_as('anon');
select throws_ok(format(:'create', 'x@example.com', null), '42501', null, 'nor does anybody');
select tests.act_as_nobody();

select results_eq(
    $$select a.role::text, a.password_hash, a.made_by_id, a.made_at_clinic_id
        from data.account as a where a.email in (
            'eva@example.com', 'sun@example.com', 'admin@example.com'
        ) order by a.id$$,
    format($$values ('patient', null::text, %s::bigint, %s::bigint), ('patient', null, %s, %s),
        ('patient', null, %s, null)$$, :kim, :far, :sun, core.default_clinic(), :eve),
    'who made it, and where, is kept'
);
select is(
    (select count(*) from data.message as m where m.kind = 'invitation'), 3::bigint,
    'each is invited by mail'
);
select a.id as eva from data.account as a where a.email = 'eva@example.com' \gset
select tests.act_as('clerk', :kim);
select is((api.get_patient(:eva)).name, 'Eva', 'the desk sees the profile');
select tests.act_as('clerk', tests.account(role => 'clerk'));
select throws_ok(
    format('select api.get_patient(%s)', :eva), 'PT404', 'patient_not_found', 'no other does'
);
select tests.act_as('doctor', :sun);
select throws_ok(
    format('select api.get_patient(%s)', :eva), 'PT404', 'patient_not_found', 'nor a doctor'
);
select throws_ok(
    format('select api.list_records(%s)', (
        select p.id from api.list_patients(q => 'sun@example.com') as p
    )),
    'PT404', 'patient_not_found', 'whom having made an account shows no records'
);

select * from finish();
rollback;
