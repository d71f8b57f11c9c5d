begin;
select plan(17);

select tests.account(email => 'ann@example.com') as ann, tests.account() as bob \gset
select tests.session(:ann) as here, tests.session(:ann) as there \gset
\set known '$argon2id$no password'
\set verify 'select api.verify_email(%L)'
\set shown 'select m.email::text, m.new_email::text, m.email_verified from api.me() as m'
create function pg_temp.token(account bigint, address text) returns text
language sql security definer
as $$select core.make_account_token(account, 'VERIFICATION', address)$$;

select pg_temp.token(:ann, 'ann@example.com') as token \gset
select core.make_account_token(:ann, 'RESET', 'ann@example.com') as reset \gset
select tests.act_as('patient', :bob);
select throws_ok(
    format(:'verify', :'token'), 'PT404', 'verification_token_not_found',
    'whoever comes by a token verifies nothing'
);
select tests.act_as('anon');
select throws_ok(format(:'verify', :'token'), '42501', null, 'nor does nobody');
select tests.act_as('patient', :ann);
select throws_ok(
    format(:'verify', :'reset'), 'PT404', 'verification_token_not_found',
    'a token that sets a password is another thing'
);
select results_eq(:'shown', $$values ('ann@example.com', null, false)$$, 'before, it is not');
select lives_ok(format(:'verify', :'token'), 'an account verifies its address');
select results_eq(:'shown', $$values ('ann@example.com', null, true)$$, 'then it is');
select throws_ok(
    format(:'verify', :'token'), 'PT404', 'verification_token_not_found', 'a token works once'
);

select api.update_me(email => 'new@example.com', current_password => :'known') \g /dev/null
select tests.mailed_token('new@example.com') as token \gset
select results_eq(
    :'shown', $$values ('ann@example.com', 'new@example.com', true)$$, 'another address waits'
);
select tests.with_session(:here);
select lives_ok(format(:'verify', :'token'), 'until it is verified');
select results_eq(:'shown', $$values ('new@example.com', null, true)$$, 'then it is the login');
select is(
    array(select s.id from api.list_sessions() as s), array[:here]::bigint[],
    'and all other logins have ended'
);

select api.update_me(email => 'third@example.com', current_password => :'known') \g /dev/null
select tests.mailed_token('third@example.com') as token \gset
select api.update_me(email => 'fourth@example.com', current_password => :'known') \g /dev/null
select throws_ok(
    format(:'verify', :'token'), 'PT404', 'verification_token_not_found',
    'one that was given up meanwhile is nothing'
);
select tests.mailed_token('fourth@example.com') as token \gset
select tests.act_as_nobody();
savepoint free;
select tests.account(email => 'FOURTH@example.com') \g /dev/null
select tests.act_as('patient', :ann);
select throws_ok(
    format(:'verify', :'token'), 'PT409', 'email_taken', 'nor is one that somebody else took'
);
select results_eq(
    :'shown', $$values ('new@example.com', 'fourth@example.com', true)$$, 'all stays as it was'
);
rollback to savepoint free;
select tests.act_as_nobody();
savepoint fresh;
update data.account_token
set created_at = created_at - interval '1 hour', expires_at = clock_timestamp();
select tests.act_as('patient', :ann);
select throws_ok(
    format(:'verify', :'token'), 'PT404', 'verification_token_not_found', 'after an hour it is over'
);
rollback to savepoint fresh;
select tests.act_as('patient', :ann);
select lives_ok(format(:'verify', :'token'), 'else not');
select throws_ok(
    'select api.verify_email(null)', 'PT404', 'verification_token_not_found', 'null is none'
);

select * from finish();
rollback;
