begin;
select plan(16);

select
    tests.account('Eve', 'admin') as eve,
    tests.account(email => 'ann@example.com') as ann,
    tests.clinic() as clinic
\gset
\set create 'select * from api.create_account(''Joe'', %L, %L, %s)'

select tests.act_as('admin', :eve);
select results_eq(
    format(
        'select name, email, role, status, clinic_id, doctor_id
            from api.create_account(''Joe'', ''joe@example.com'', ''clerk'', %s)', :clinic
    ),
    format($$values ('Joe'::data.label, 'joe@example.com'::data.email, 'clerk'::data.account_role,
        'ACTIVE'::data.account_status, %s::bigint, null::bigint)$$, :clinic),
    'an admin makes a clerk of a clinic'
);
select is(
    (select a.role::text from api.create_account('Max', 'max@example.com', 'admin') as a), 'admin',
    'and another admin'
);
select tests.act_as_nobody();
select results_eq(
    'select password_hash from auth.credentials(''joe@example.com'')', 'select null::text',
    'whose passwords nobody knows'
);
select results_eq(
    'select m.kind, m.to_address::text from data.message as m order by m.id',
    $$values ('invitation', 'joe@example.com'), ('invitation', 'max@example.com')$$,
    'and who are invited to choose one'
);
select lives_ok(
    format(
        'select api.reset_password(%L, ''$argon2id$ of Joe'')',
        tests.mailed_token('joe@example.com')
    ), 'by a mail'
);
select tests.act_as('admin', :eve);
select throws_ok(
    format(:'create', c.email, c.role, c.clinic_id), 'PT' || c.status, c.code, c.sentence
)
from (
    values
    ('a@example.com', 'clerk', 'null', 400, 'invalid_parameter', 'a clerk works somewhere'),
    ('a@example.com', 'admin', :'clinic', 400, 'invalid_parameter', 'an admin everywhere'),
    ('a@example.com', 'patient', 'null', 400, 'invalid_parameter', 'patients register themselves'),
    ('a@example.com', 'doctor', 'null', 400, 'invalid_parameter', 'so do doctors'),
    ('a@example.com', 'clerk', '0', 404, 'clinic_not_found', 'there is a clinic'),
    ('ANN@example.com', 'clerk', :'clinic', 409, 'email_taken', 'an address is taken for good')
) as c (email, role, clinic_id, status, code, sentence);

select tests.act_as('clerk', tests.account(role => 'clerk'));
select throws_ok(
    format(:'create', 'a@example.com', 'admin', 'null'), '42501', null, 'no clerk makes admins'
);
select tests.act_as('doctor', tests.account(role => 'doctor'));
select throws_ok(
    format(:'create', 'a@example.com', 'admin', 'null'), '42501', null, 'no doctor does'
);
select tests.act_as('patient', :ann);
select throws_ok(
    format(:'create', 'a@example.com', 'admin', 'null'), '42501', null, 'hole 7: no patient does'
);
select tests.act_as('anon');
select throws_ok(
    format(:'create', 'a@example.com', 'admin', 'null'), '42501', null, 'hole 7: nobody does'
);
select tests.act_as('admin');
select throws_ok(
    format(:'create', 'a@example.com', 'admin', 'null'), 'PT401', 'unauthenticated',
    'an admin''s role without an account is nobody'
);

select * from finish();
rollback;
