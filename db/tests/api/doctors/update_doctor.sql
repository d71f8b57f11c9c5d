begin;
select plan(49);

select tests.clinic('Far', currency => 'EUR') as far, tests.account('Ann') as ann,
    tests.account('Bob', 'doctor') as bob, tests.account('Cid', 'doctor') as cid,
    tests.account('Eve', 'admin') as eve, core.default_clinic() as default_clinic \gset
select tests.doctor('Dr. Bob', 50, :bob, city => 'Paris') as doctor,
    tests.doctor('Dr. Cid', account => :cid) as other, tests.doctor('Dr. Free') as free,
    tests.doctor('Dr. Gone') as gone, tests.doctor('Dr. New', listed => false) as unlisted \gset
update data.doctor set deleted_at = clock_timestamp() where id = :gone;
select tests.booking(tests.slot(:doctor)) as booking \gset

-- A change by its arguments after the doctor, as text for throws_ok.
create function tests.change(doctor bigint, arguments text) returns text
language sql
as $$select format('select * from api.update_doctor(%s, %s)', doctor, arguments)$$;

select tests.act_as('doctor', :bob);
select results_eq(
    tests.change(:doctor, $$phone => '+1 555', email => 'bob@example.com', experience_years => 7$$),
    format($$select id, clinic_id, name, specialization, city, consultation_type, consultation_fee,
        currency, rating, 'bob@example.com'::data.email, '+1 555'::data.phone,
        7::data.experience_years
        from api.get_doctor(%s)$$, :doctor),
    'doctors change their own data, and only what is given'
);
select is(
    (select row(d.city, d.consultation_fee, d.specialization, d.consultation_type)::text
     from api.get_doctor(:doctor) as d),
    '(Paris,50.00,Cardiology,OFFLINE)', 'the rest is as before'
);
select results_eq(
    tests.change(:doctor, $$name => 'Dr. Robert', specialization => 'Surgery', city => 'Lyon',
        consultation_type => 'BOTH', consultation_fee => 0$$),
    format($$values (%s::bigint, %s::bigint, 'Dr. Robert'::data.label, 'Surgery'::data.label,
        'Lyon'::data.label, 'BOTH'::data.consultation_type, 0::data.fee, 'USD'::data.currency,
        null::data.rating, 'bob@example.com'::data.email, '+1 555'::data.phone,
        7::data.experience_years)$$, :doctor, :default_clinic),
    'a doctor may change the name, too, and ask no fee any more'
);
select is((select b.amount::numeric from api.get_booking(:booking) as b), 50.00,
    'a booking keeps the price at which it was made');
select is(
    (select row(d.name, d.city, d.consultation_fee)::text
     from api.update_doctor(:doctor, null, null, null, null, null, null, null, null, null, null,
         null, null) as d),
    '("Dr. Robert",Lyon,0.00)', 'null changes nothing'
);
select results_eq(
    format($$select name, city, email, phone, experience_years
        from api.update_doctor(%s, clear => '{city,email,phone,experience_years}')$$, :doctor),
    $$values ('Dr. Robert'::data.label, null::data.label, null::data.email, null::data.phone,
        null::data.experience_years)$$,
    'clear empties what it lists'
);
select lives_ok(tests.change(:doctor, $$clear => '{}'$$), 'clear may list nothing');
select throws_ok(tests.change(:doctor, $$clear => '{name}'$$), 'PT400', 'invalid_parameter',
    'a name cannot be emptied');
select throws_ok(tests.change(:doctor, $$clear => '{city,consultation_fee}'$$),
    'PT400', 'invalid_parameter', 'nor can a fee');
select throws_ok(tests.change(:doctor, $$clear => '{deleted_at}'$$), 'PT400', 'invalid_parameter',
    'nor anything else');
select throws_ok(tests.change(:doctor, $$clear => '{city,NULL}'$$), 'PT400', 'invalid_parameter',
    'clear lists no null');
select throws_ok(tests.change(:doctor, $$name => ' '$$), '23514', null, 'a name is not blank');
select throws_ok(tests.change(:doctor, $$city => ''$$), '23514', null, 'a city is not empty');
select throws_ok(tests.change(:doctor, $$consultation_fee => -1$$), '23514', null,
    'a fee is not negative');

select throws_ok(tests.change(:doctor, 'rating => 5'), 'PT403', 'forbidden',
    'a doctor sets no own rating');
select throws_ok(tests.change(:doctor, format('clinic_id => %s', :far)), 'PT403', 'forbidden',
    'a doctor does not move to another clinic');
select throws_ok(tests.change(:doctor, format('account_id => %s', :bob)), 'PT403', 'forbidden',
    'a doctor sets no account');
select throws_ok(tests.change(:doctor, $$clear => '{rating}'$$), 'PT403', 'forbidden',
    'doctors do not empty their own rating');
select throws_ok(tests.change(:doctor, $$clear => '{phone,account_id}'$$), 'PT403', 'forbidden',
    'doctors do not give up their own account');
select throws_ok(tests.change(:doctor, $$city => 'Rome', rating => 5$$), 'PT403', 'forbidden',
    'what is forbidden stops the whole change');
select is((select d.city::text from api.get_doctor(:doctor) as d), null, 'nothing of it is done');
select throws_ok(tests.change(:other, $$city => 'Rome'$$), 'PT404', 'doctor_not_found',
    'a doctor does not change another');
select throws_ok(tests.change(:other, 'rating => 5'), 'PT404', 'doctor_not_found',
    'and learns nothing of the other');
select throws_ok(tests.change(:free, $$city => 'Rome'$$), 'PT404', 'doctor_not_found',
    'nor one without an account');

select tests.act_as('admin', :eve);
select results_eq(
    format($$select clinic_id, currency, rating
        from api.update_doctor(%s, rating => 4.5, clinic_id => %s)$$, :free, :far),
    format($$values (%s::bigint, 'EUR'::data.currency, 4.5::data.rating)$$, :far),
    'an admin sets rating and clinic'
);
select is((select d.rating::numeric from api.update_doctor(:free, clear => '{rating}') as d),
    null, 'an admin empties a rating');
select throws_ok(tests.change(:doctor, 'rating => 5.1'), '23514', null, 'a rating is 5 at most');
select throws_ok(tests.change(:doctor, 'clinic_id => -1'), 'PT404', 'clinic_not_found',
    'an unknown clinic is not found');
select throws_ok(tests.change(:doctor, 'account_id => -1'), 'PT404', 'account_not_found',
    'an unknown account is not found');
select throws_ok(tests.change(:doctor, format('account_id => %s', :ann)),
    'PT404', 'account_not_found', 'a patient''s account cannot act as a doctor');
select throws_ok(tests.change(:free, format('account_id => %s', :bob)), 'PT409', 'account_in_use',
    'an account acts as one doctor only');
select throws_ok(tests.change(:gone, $$city => 'Rome'$$), 'PT404', 'doctor_not_found',
    'a deleted doctor is not found');
select throws_ok(tests.change(:unlisted, $$city => 'Rome'$$), 'PT404', 'doctor_not_found',
    'a doctor who waits for approval is not found');
select throws_ok(tests.change(-1, $$city => 'Rome'$$), 'PT404', 'doctor_not_found',
    'an unknown doctor is not found');

select tests.act_as_nobody();
select tests.account('Gil', 'doctor') as gil, tests.account('Hal', 'doctor') as hal,
    tests.doctor('Dr. Host') as host \gset
select tests.doctor('Dr. Gil', account => :gil) as twin,
    tests.doctor('Dr. Hal', account => :hal) as booked_twin \gset
update data.doctor as d set registered = true where d.id in (:twin, :booked_twin);
select tests.slot(:twin) as twins_slot, tests.booking(tests.slot(:booked_twin)) as of_twin \gset
select tests.act_as('admin', :eve);
select lives_ok(tests.change(:host, format('account_id => %s', :gil)),
    'an account that had registered as a doctor may act as another one');
select is_empty(format('select * from api.list_doctors(q => %L)', 'Dr. Gil'),
    'then the doctor that it was goes');
select throws_ok(format('select api.get_slot(%s)', :twins_slot), 'PT404', 'slot_not_found',
    'with the slots');
select throws_ok(tests.change(:host, format('account_id => %s', :hal)), 'PT409',
    'doctor_has_bookings', 'but not one that was booked');
select lives_ok(tests.change(:host, format('account_id => %s', :gil)), 'once more is no fault');
select is((select d.name::text from api.get_doctor(:host) as d), 'Dr. Host',
    'and takes nobody away');
select lives_ok(tests.change(:other, $$clear => '{account_id}'$$),
    'an admin takes the account away');
select lives_ok(tests.change(:free, format('account_id => %s', :cid)),
    'and gives it to another doctor');
select tests.act_as('doctor', :cid);
select throws_ok(tests.change(:other, $$city => 'Rome'$$), 'PT404', 'doctor_not_found',
    'then the account no longer acts as the former');
select is((select d.city::text from api.update_doctor(:free, city => 'Rome') as d), 'Rome',
    'but as the latter');

select tests.act_as('doctor');
select throws_ok(tests.change(:free, $$city => 'Rome'$$), 'PT401', 'unauthenticated',
    'a doctor''s role without an account is nobody');
select tests.act_as('anon');
select throws_ok(tests.change(:free, $$city => 'Rome'$$), '42501', null,
    'anonymous callers change no doctor');
select tests.act_as('patient', :ann);
select throws_ok(tests.change(:free, $$city => 'Rome'$$), '42501', null,
    'patients change no doctor');

-- The clinic of a booking is its doctor's.
select tests.act_as_nobody();
select tests.doctor() as booked, tests.clinic() as elsewhere, tests.account(role => 'admin') as eve
\gset
select tests.booking(tests.slot(:booked), status => 'CANCELLED');
select tests.act_as('admin', :eve);
select throws_ok(
    format('select api.update_doctor(%s, clinic_id => %s)', :booked, :elsewhere),
    'PT409', 'doctor_has_bookings', 'who was ever booked stays in the clinic'
);
select lives_ok(
    format(
        'select api.update_doctor(%s, clinic_id => (select d.clinic_id from api.get_doctor(%1$s)
            as d))', :booked
    ),
    'which may be said again'
);
select tests.act_as_nobody();

select * from finish();
rollback;
