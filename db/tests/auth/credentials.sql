begin;
select plan(11);

select
    tests.account('Ann', email => 'Ann@example.com', password_hash => '$argon2id$ of Ann') as ann,
    tests.account('Dan', 'doctor', 'PENDING_APPROVAL', 'dan@example.com',
        '$argon2id$ of Dan') as dan \gset

set local role slotkeeper_server;
select results_eq(
    $$select account_id, password_hash from auth.credentials('Ann@example.com')$$,
    format($$values (%s::bigint, '$argon2id$ of Ann')$$, :ann),
    'an address leads to its account and password hash'
);
select results_eq(
    $$select account_id from auth.credentials('aNN@EXAMPLE.com')$$,
    format('values (%s::bigint)', :ann),
    'addresses compare without regard to case'
);
select results_eq(
    $$select password_hash from auth.credentials('dan@example.com')$$,
    $$values ('$argon2id$ of Dan')$$,
    'the password of an account that waits for approval is checked, too'
);
select is_empty($$select * from auth.credentials('nobody@example.com')$$,
    'an unknown address has no row');
select is_empty($$select * from auth.credentials('%@example.com')$$, 'an address is no pattern');
select is_empty($$select * from auth.credentials('')$$, 'an empty address has no row');
select is_empty($$select * from auth.credentials(null)$$, 'no address has no row');

set local role slotkeeper_anon;
select throws_ok($$select auth.credentials('ann@example.com')$$, '42501', null,
    'anonymous callers cannot read password hashes');
set local role slotkeeper_patient;
select throws_ok($$select auth.credentials('ann@example.com')$$, '42501', null,
    'patients cannot read password hashes');
set local role slotkeeper_doctor;
select throws_ok($$select auth.credentials('ann@example.com')$$, '42501', null,
    'doctors cannot read password hashes');
set local role slotkeeper_admin;
select throws_ok($$select auth.credentials('ann@example.com')$$, '42501', null,
    'admins cannot read password hashes');

select * from finish();
rollback;
