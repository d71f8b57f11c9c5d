begin;
select plan(15);

select tests.account('Ann') as ann, tests.account('Bob', 'doctor') as bob,
    tests.account('Dan', 'doctor', 'PENDING_APPROVAL') as dan,
    tests.account('Fay', 'doctor', 'PENDING_APPROVAL') as fay,
    tests.account('Eve', 'admin') as eve \gset
select tests.doctor('Dr. Dan', account => :dan, listed => false) as doctor,
    tests.doctor('Dr. Fay', account => :fay, listed => false) as waiting \gset

select tests.act_as('admin', :eve);
select throws_ok(format('select api.get_doctor(%s)', :doctor), 'PT404', 'doctor_not_found',
    'before, nobody sees the doctor');
select results_eq(
    format('select id, name, role, status from api.approve_account(%s)', :dan),
    format($$values (%s::bigint, 'Dan'::data.label, 'doctor'::data.account_role,
        'ACTIVE'::data.account_status)$$, :dan),
    'an admin approves a doctor'
);
select tests.act_as('anon');
select lives_ok(format('select api.get_doctor(%s)', :doctor), 'then everybody sees the doctor');
select throws_ok(format('select api.get_doctor(%s)', :waiting), 'PT404', 'doctor_not_found',
    'but no other doctor who waits');
select tests.act_as('doctor', :dan);
select is((select m.id from api.me() as m), :dan::bigint, 'who can log in');

reset role;
select d.listed_at from data.doctor as d where d.id = :doctor \gset
select tests.act_as('admin', :eve);
select is((select a.status::text from api.approve_account(:dan) as a), 'ACTIVE',
    'approving twice is no error');
select is((select a.status::text from api.approve_account(:ann) as a), 'ACTIVE',
    'nor is approving somebody who never waited');
select throws_ok('select api.approve_account(-1)', 'PT404', 'account_not_found',
    'an unknown account is not found');
select throws_ok('select api.approve_account(null)', 'PT404', 'account_not_found',
    'no account is not found');
reset role;
select is((select d.listed_at from data.doctor as d where d.id = :doctor),
    :'listed_at'::timestamptz, 'approving twice changes nothing');
select is((select a.status::text from data.account as a where a.id = :fay), 'PENDING_APPROVAL',
    'other accounts still wait');

select tests.act_as('admin');
select throws_ok(format('select api.approve_account(%s)', :fay), 'PT401', 'unauthenticated',
    'an admin''s role without an account is nobody');
select tests.act_as('anon');
select throws_ok(format('select api.approve_account(%s)', :fay), '42501', null,
    'anonymous callers approve nobody');
select tests.act_as('patient', :ann);
select throws_ok(format('select api.approve_account(%s)', :fay), '42501', null,
    'patients approve nobody');
select tests.act_as('doctor', :bob);
select throws_ok(format('select api.approve_account(%s)', :fay), '42501', null,
    'doctors approve nobody');

select * from finish();
rollback;
