begin;
select plan(9);

select tests.account() as ann, tests.account(role => 'doctor') as bob,
    tests.account(password_hash => null) as joe \gset
select tests.session(:ann) as s1, tests.session(:ann) as s2, tests.session(:bob) as s3 \gset
select core.make_account_token(:ann, 'RESET', tests.email_of(:ann)) as token \gset
\set change 'select api.change_password(%L, ''$argon2id$ new'')'

select tests.act_as('patient', :ann);
select tests.with_session(:s1);
select throws_ok(
    format(:'change', '$argon2id$ other'), 'PT403', 'wrong_password',
    'the server says against what it has checked the password: that is what is kept'
);
select throws_ok(
    format(:'change', null), 'PT403', 'wrong_password', 'or that it does not fit'
);
select lives_ok(format(:'change', '$argon2id$no password'), 'where it fits, another one is set');
select tests.act_as_nobody();
select is(
    (select a.password_hash from data.account as a where a.id = :ann), '$argon2id$ new',
    'and kept as its hash'
);
select results_eq(
    'select s.id from data.session as s where s.revoked_at is null order by s.id',
    array[:s1, :s3]::bigint[], 'the other logins end'
);
select tests.act_as('anon');
select throws_ok(
    format('select api.reset_password(%L, ''$argon2id$ thief'')', :'token'), 'PT404',
    'reset_token_not_found', 'a reset that was asked for before is over'
);
select tests.act_as('patient', :joe);
select throws_ok(
    format(:'change', null), 'PT403', 'wrong_password', 'who has no password cannot tell it'
);
select tests.act_as('doctor', :bob);
select is(
    tests.constraint_against(
        'select api.change_password(''$argon2id$no password'', ''a plain one'')'
    ), 'account_password_hashed', 'no password is ever kept as it is'
);
select tests.act_as('anon');
select throws_ok(format(:'change', null), '42501', null, 'nobody has a password');

select * from finish();
rollback;
