begin;
select plan(24);

select tests.clinic('Far', currency => 'EUR') as clinic, tests.account('Ann') as ann,
    tests.account('Bob', 'doctor') as bob, tests.account('Cid', 'doctor') as cid,
    tests.account('Eve', 'admin') as eve, core.default_clinic() as default_clinic \gset

select tests.act_as('admin', :eve);
select id as doctor from api.create_doctor('Dr. Bob', 'Surgery') \gset
select results_eq(
    format('select * from api.get_doctor(%s)', :doctor),
    format($$values (
        %s::bigint, %s::bigint, 'Dr. Bob'::data.label, 'Surgery'::data.label, null::data.label,
        'OFFLINE'::data.consultation_type, 0::data.fee, 'USD'::data.currency, null::data.rating,
        null::data.email, null::data.phone, null::data.experience_years)$$,
        :doctor, :default_clinic),
    'name and specialization are enough: the rest has its default'
);
select results_eq(
    format($$select clinic_id, city, consultation_type, consultation_fee, currency, rating, email,
            phone, experience_years
        from api.create_doctor('Dr. Cid', 'Surgery', 'Paris', 'BOTH', 99999999.99, 5,
            'cid@example.com', '+1 555', 100, %s, %s)$$, :clinic, :cid),
    format($$values (%s::bigint, 'Paris'::data.label, 'BOTH'::data.consultation_type,
        99999999.99::data.fee, 'EUR'::data.currency, 5::data.rating, 'cid@example.com'::data.email,
        '+1 555'::data.phone, 100::data.experience_years)$$, :clinic),
    'everything may be given'
);
select results_eq(
    $$select consultation_type, consultation_fee, clinic_id
      from api.create_doctor('Dr. Null', 'Surgery', null, null, null, null, null, null, null, null,
          null)$$,
    format($$values ('OFFLINE'::data.consultation_type, 0::data.fee, %s::bigint)$$,
        :default_clinic),
    'null means the default'
);
select is(
    (select d.consultation_fee::numeric from api.create_doctor('Dr. Free', 'Surgery',
        consultation_fee => 0) as d),
    0.00, 'a fee may be 0'
);
select tests.act_as('doctor', :cid);
select is(
    array(select d.name::text from api.list_doctors() as d),
    array['Dr. Bob', 'Dr. Cid', 'Dr. Null', 'Dr. Free'], 'new doctors are listed at once'
);
select lives_ok(
    $$select api.create_slot('2031-06-02 09:00+00', doctor_id => d.id)
        from api.list_doctors(q => 'Cid') as d$$,
    'the account of a new doctor acts as the doctor'
);

select tests.act_as('admin', :eve);
select throws_ok($$select api.create_doctor('', 'Surgery')$$, '23514', null, 'a name is not empty');
select throws_ok($$select api.create_doctor(' ', 'Surgery')$$, '23514', null,
    'a name is not blank');
select throws_ok($$select api.create_doctor(repeat('x', 201), 'Surgery')$$, '23514', null,
    'a name has 200 characters at most');
select throws_ok($$select api.create_doctor('Dr. X', '')$$, '23514', null,
    'a specialization is not empty');
select throws_ok($$select api.create_doctor('Dr. X', 'Surgery', consultation_fee => -0.01)$$,
    '23514', null, 'a fee is not negative');
select throws_ok($$select api.create_doctor('Dr. X', 'Surgery', consultation_fee => 'NaN')$$,
    '23514', null, 'a fee is a number');
select throws_ok($$select api.create_doctor('Dr. X', 'Surgery', rating => 5.1)$$, '23514', null,
    'a rating is 5 at most');
select throws_ok($$select api.create_doctor('Dr. X', 'Surgery', email => 'x')$$, '23514', null,
    'an address has an @');
select throws_ok($$select api.create_doctor('Dr. X', 'Surgery', experience_years => -1)$$,
    '23514', null, 'years are not negative');
select throws_ok($$select api.create_doctor('Dr. X', 'Surgery', clinic_id => -1)$$,
    'PT404', 'clinic_not_found', 'an unknown clinic is not found');
select throws_ok($$select api.create_doctor('Dr. X', 'Surgery', account_id => -1)$$,
    'PT404', 'account_not_found', 'an unknown account is not found');
select throws_ok(format($$select api.create_doctor('Dr. X', 'Surgery', account_id => %s)$$, :ann),
    'PT404', 'account_not_found', 'a patient''s account cannot act as a doctor');
select throws_ok(format($$select api.create_doctor('Dr. X', 'Surgery', account_id => %s)$$, :cid),
    'PT409', 'account_in_use', 'an account acts as one doctor only');
select is_empty($$select * from api.list_doctors(q => 'Dr. X')$$, 'who is refused is not added');

select tests.act_as('admin');
select throws_ok($$select api.create_doctor('Dr. X', 'Surgery')$$, 'PT401', 'unauthenticated',
    'an admin''s role without an account is nobody');
select tests.act_as('anon');
select throws_ok($$select api.create_doctor('Dr. X', 'Surgery')$$, '42501', null,
    'anonymous callers add no doctors');
select tests.act_as('patient', :ann);
select throws_ok($$select api.create_doctor('Dr. X', 'Surgery')$$, '42501', null,
    'patients add no doctors');
select tests.act_as('doctor', :bob);
select throws_ok($$select api.create_doctor('Dr. X', 'Surgery')$$, '42501', null,
    'doctors add no doctors');

select * from finish();
rollback;
