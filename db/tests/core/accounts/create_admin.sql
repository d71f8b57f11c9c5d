begin;
select plan(6);

select core.create_admin('eve@example.com', 'Eve', '$argon2id$ of Eve') as eve \gset
select results_eq(
    format('select name, email, role, status, password_hash from data.account where id = %s', :eve),
    $$values ('Eve'::data.label, 'eve@example.com'::data.email, 'admin'::data.account_role,
          'ACTIVE'::data.account_status, '$argon2id$ of Eve')$$,
    'an admin can log in at once'
);
select throws_ok($$select core.create_admin('EVE@example.com', 'Eve', '$argon2id$x')$$,
    'PT409', 'email_taken', 'an address is taken whatever its case');
select throws_ok(
    $$select core.create_admin('eve', 'Eve', '$argon2id$x')$$, 'PT400', 'invalid_parameter',
    'an address has an @');
select throws_ok($$select core.create_admin('eva@example.com', ' ', '$argon2id$x')$$,
    'PT400', 'invalid_parameter', 'a name is not blank');

select tests.act_as('admin', :eve);
select throws_ok($$select core.create_admin('eva@example.com', 'Eva', 'x')$$, '42501', null,
    'an admin makes no admins over HTTP');
set local role slotkeeper_server;
select throws_ok($$select core.create_admin('eva@example.com', 'Eva', 'x')$$, '42501', null,
    'nor does the server');

select * from finish();
rollback;
