begin;
select plan(12);

select tests.account('Ann') as ann, tests.account('Bob') as bob,
    tests.account(role => 'doctor') as sun, tests.account(role => 'clerk') as joe,
    tests.account(role => 'admin') as eve \gset

select tests.act_as('patient', :ann);
select results_eq(
    format($$select name, phone, date_of_birth, gender, address from api.update_patient(
        %s, 'Ann Lee', '+1 555', '1984-02-29', 'female', E'1 Main Street\nBonn')$$, :ann),
    $$values ('Ann Lee'::data.label, '+1 555'::data.phone, '1984-02-29'::data.birth_date,
        'female'::data.label, E'1 Main Street\nBonn'::data.note)$$,
    'patients say who they are'
);
select results_eq(
    format($$select name, phone, date_of_birth, gender, address from api.update_patient(
        %s, phone => '+1 556', clear => '{gender,address}')$$, :ann),
    $$values ('Ann Lee'::data.label, '+1 556'::data.phone, '1984-02-29'::data.birth_date,
        null::data.label, null::data.note)$$,
    'what is not given stays, what is cleared goes'
);
select throws_ok(
    format('select api.update_patient(%s, %s)', c.patient, c.change), c.status, c.code, c.what
)
from (
    values
    (:ann, 'clear => ''{name}''', 'PT400', 'invalid_parameter', 'a name is not cleared'),
    (:ann, 'clear => ''{email}''', 'PT400', 'invalid_parameter', 'nor is an address'),
    (:ann, 'date_of_birth => ''2199-01-01''', 'PT400', 'invalid_parameter', 'who is born is'),
    (:bob, 'name => ''Ann''', 'PT404', 'patient_not_found', 'hole 6: nobody says it of others'),
    (:sun, 'name => ''Ann''', 'PT404', 'patient_not_found', 'a doctor is no patient')
) as c (patient, change, status, code, what);
select tests.act_as('admin', :eve);
select is((api.update_patient(:ann, gender => 'f')).gender, 'f', 'admins do');
select throws_ok(
    format('select api.update_patient(%s, ''x'')', :joe), 'PT404', 'patient_not_found',
    'of patients'
);
select tests.act_as('clerk', :joe);
select throws_ok(format('select api.update_patient(%s)', :ann), '42501', null, 'clerks do not');
select tests.act_as('doctor', :sun);
select throws_ok(format('select api.update_patient(%s)', :ann), '42501', null, 'nor doctors');
select tests.act_as_nobody();
select is(
    (select a.status::text from data.account as a where a.id = :ann), 'ACTIVE', 'that is all'
);

select * from finish();
rollback;
