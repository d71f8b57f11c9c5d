begin;
select plan(29);

-- A registration by its JSON arguments; the token of each is made of its address.
create function tests.register(email text, arguments jsonb default '{}') returns core.session
language sql set search_path = ''
as $$
select auth.register(
    email, '$argon2id$ a hash', sha256(email::bytea), 3600, coalesce(arguments ->> 'name', 'Ann'),
    (arguments ->> 'role')::data.account_role, arguments ->> 'phone',
    arguments ->> 'specialization', arguments ->> 'city',
    (arguments ->> 'consultation_type')::data.consultation_type,
    (arguments ->> 'consultation_fee')::numeric
);
$$;

set local role slotkeeper_server;
select results_eq(
    $$select name, email, role, status, active, error
      from auth.register('Ann@example.com', '$argon2id$ a hash', sha256('ann'), 3600, 'Ann')$$,
    $$values ('Ann', 'Ann@example.com', 'patient', 'ACTIVE', true, null::text)$$,
    'whoever registers is a patient, and logged in'
);
select results_eq(
    $$select name, role, active from auth.refresh(sha256('ann'), sha256('ann 2'), 60)$$,
    $$values ('Ann', 'patient', true)$$,
    'the refresh token of a registration works'
);
select is(
    (select r.role from tests.register('bob@example.com', '{"role": "patient"}') as r), 'patient',
    'one may say so'
);
select results_eq(
    $$select name, role, status, active, error from tests.register('dan@example.com', '{
        "name": "Dan", "role": "doctor", "specialization": "Cardiology", "phone": "+1 555",
        "city": "Paris", "consultation_type": "BOTH", "consultation_fee": 12.5}')$$,
    $$values ('Dan', 'doctor', 'PENDING_APPROVAL', false, null::text)$$,
    'a doctor waits for approval, without a session'
);
select is(
    (select r.active from tests.register('eli@example.com',
         '{"role": "doctor", "specialization": "Surgery", "consultation_fee": 0}') as r), false,
    'a doctor may ask no fee'
);
select throws_ok(
    $$select tests.register('eve@example.com', '{"role": "admin"}')$$, 'PT403', 'forbidden',
    'nobody registers as an admin'
);
select throws_ok(
    $$select tests.register('eve@example.com', '{"role": "clerk"}')$$, 'PT403', 'forbidden',
    'nor as a clerk'
);
select results_eq(
    $$select name from auth.register(
          repeat('f', 242) || '@example.com', '$argon2id$ a hash', sha256('fff'), 3600)$$,
    $$select repeat('f', 200)$$,
    'without a name, it is what stands before the @ of the address'
);
select throws_ok(
    $$select tests.register('eve@example.com', '{"role": "doctor"}')$$,
    'PT400', 'missing_parameter', 'a doctor needs a specialization'
);
select throws_ok(
    $$select tests.register('eve@example.com', '{"specialization": "Surgery"}')$$,
    'PT400', 'invalid_parameter', 'a patient has no specialization'
);
select throws_ok(
    $$select tests.register('eve@example.com', '{"city": "Paris"}')$$,
    'PT400', 'invalid_parameter', 'a patient has no city'
);
select throws_ok(
    $$select tests.register('eve@example.com', '{"consultation_type": "BOTH"}')$$,
    'PT400', 'invalid_parameter', 'a patient has no consultation type'
);
select throws_ok(
    $$select tests.register('eve@example.com', '{"consultation_fee": 0}')$$,
    'PT400', 'invalid_parameter', 'a patient has no fee, not even 0'
);
select throws_ok(
    $$select tests.register('aNN@example.com')$$, 'PT409', 'email_taken',
    'an address is taken whatever its case'
);
select throws_ok(
    $$select tests.register('dan@example.com')$$, 'PT409', 'email_taken',
    'the address of a doctor who waits is taken, too'
);
select throws_ok($$select tests.register('nobody')$$, '23514', null, 'an address has an @');
select throws_ok(
    $$select tests.register('eve@example.com', '{"name": " "}')$$, '23514', null,
    'a name is not blank'
);
select throws_ok(
    $$select tests.register('eve@example.com', '{"role": "doctor", "specialization": ""}')$$,
    '23514', null, 'a specialization is not empty'
);
select throws_ok(
    $$select tests.register('eve@example.com',
          '{"role": "doctor", "specialization": "Surgery", "consultation_fee": -1}')$$,
    '23514', null, 'a fee is not negative'
);

reset role;
select is_empty($$select * from data.account where email = 'eve@example.com'$$,
    'a refused registration leaves no account');
select results_eq(
    $$select name::text, email::text, phone::text, role::text, status::text, password_hash
      from data.account
      where lower(email) in ('ann@example.com', 'dan@example.com') order by id$$,
    $$values ('Ann', 'Ann@example.com', null, 'patient', 'ACTIVE', '$argon2id$ a hash'),
          ('Dan', 'dan@example.com', '+1 555', 'doctor', 'PENDING_APPROVAL', '$argon2id$ a hash')$$,
    'an account is stored as given'
);
select results_eq(
    $$select d.name, d.specialization, d.city, d.consultation_type, d.consultation_fee, d.email,
          d.phone, d.rating, d.listed_at, d.clinic_id = core.default_clinic()
      from data.doctor as d join data.account as a on a.id = d.account_id
      where a.email = 'dan@example.com'$$,
    $$values ('Dan'::data.label, 'Cardiology'::data.label, 'Paris'::data.label,
          'BOTH'::data.consultation_type, 12.5::data.fee, null::data.email,
          '+1 555'::data.phone, null::data.rating, null::timestamptz, true)$$,
    'the doctor is stored as given, unlisted, without a rating or the address of the login'
);
select results_eq(
    $$select d.consultation_type, d.consultation_fee, d.city
      from data.doctor as d join data.account as a on a.id = d.account_id
      where a.email = 'eli@example.com'$$,
    $$values ('OFFLINE'::data.consultation_type, 0::data.fee, null::data.label)$$,
    'what a doctor does not say has its default'
);
select is_empty($$select * from data.refresh_token where token_hash = sha256('dan@example.com')$$,
    'a doctor who waits has no refresh token');

set local role slotkeeper_anon;
select is_empty('select * from api.list_doctors()', 'nobody sees the doctors who wait');
select throws_ok($$select auth.register('eve@example.com', 'x', sha256('x'), 1)$$,
    '42501', null, 'anonymous callers cannot register past the server');
set local role slotkeeper_patient;
select throws_ok($$select auth.register('eve@example.com', 'x', sha256('x'), 1)$$,
    '42501', null, 'nor can patients');
set local role slotkeeper_doctor;
select throws_ok($$select auth.register('eve@example.com', 'x', sha256('x'), 1)$$,
    '42501', null, 'nor can doctors');
set local role slotkeeper_admin;
select throws_ok($$select auth.register('eve@example.com', 'x', sha256('x'), 1)$$,
    '42501', null, 'nor can admins');

select * from finish();
rollback;
