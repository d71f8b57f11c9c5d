begin;
select plan(10);

select tests.account('Ann', email => 'ann@example.com') as ann,
    tests.account('Bob', 'doctor') as bob,
    tests.account('Eve', 'admin') as eve,
    tests.account('Joe', 'clerk') as joe \gset
update data.account set phone = '+1 555' where id = :ann;
select tests.doctor('Dr. Bob', account => :bob) as dr_bob \gset
select core.default_clinic() as clinic \gset

select tests.act_as('patient', :ann);
select results_eq(
    'select id, name, email, phone, role, status, created_at is not null from api.me()',
    format($$values (%s::bigint, 'Ann'::data.label, 'ann@example.com'::data.email,
        '+1 555'::data.phone, 'patient'::data.account_role, 'ACTIVE'::data.account_status,
        true)$$, :ann),
    'patients see their own account'
);
select tests.act_as('doctor', :bob);
select is((select m.id from api.me() as m), :bob::bigint, 'so does a doctor');
select is((select m.doctor_id from api.me() as m), :dr_bob::bigint, 'and as whom to act');
select tests.act_as('admin', :eve);
select is((select m.id from api.me() as m), :eve::bigint, 'so does an admin');
select is((select m.doctor_id from api.me() as m), null, 'who is no doctor');
select tests.act_as('clerk', :joe);
select is((select m.id from api.me() as m), :joe::bigint, 'so does a clerk');
select is((select m.clinic_id from api.me() as m), :clinic::bigint, 'and where to work');
select tests.act_as('patient', :bob);
select throws_ok('select api.me()', 'PT401', 'unauthenticated', 'another role''s token is no good');
select tests.act_as('patient');
select throws_ok('select api.me()', 'PT401', 'unauthenticated',
    'a token without an account is no good');
select tests.act_as('anon', :ann);
select throws_ok('select api.me()', '42501', null, 'an anonymous caller is nobody to be shown');

select * from finish();
rollback;
