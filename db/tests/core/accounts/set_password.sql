begin;
select plan(6);

select
    tests.account(email => 'Ann@example.com') as ann,
    tests.account(email => 'bob@example.com') as bob
\gset
select auth.open_session(:ann, '$argon2id$no password', sha256('anns'), 60),
    auth.open_session(:bob, '$argon2id$no password', sha256('bobs'), 60);

select lives_ok(
    $$select core.set_password('ann@EXAMPLE.com', '$argon2id$ another')$$,
    'an account gets another password'
);
select results_eq(
    'select email::text, password_hash from data.account order by id',
    $$values
          ('Ann@example.com', '$argon2id$ another'), ('bob@example.com', '$argon2id$no password')$$,
    'just that one'
);
select results_eq(
    'select account_id, revoked_at is null from data.session order by account_id',
    format('values (%s::bigint, false), (%s, true)', :ann, :bob), 'its logins end'
);
select throws_ok(
    $$select core.set_password('nobody@example.com', 'x')$$, 'PT404', 'account_not_found',
    'there is an account'
);
select tests.act_as('admin', tests.account(role => 'admin'));
select throws_ok(
    $$select core.set_password('ann@example.com', 'x')$$, '42501', null,
    'an admin sets nobody''s password'
);
set local role slotkeeper_server;
select throws_ok(
    $$select core.set_password('ann@example.com', 'x')$$, '42501', null, 'nor does the server'
);

select * from finish();
rollback;
