begin;
select plan(19);

select
    tests.account(email => 'ann@example.com') as ann,
    tests.account(email => 'joe@example.com', password_hash => null) as joe,
    tests.account(email => 'dan@example.com', role => 'doctor', status => 'PENDING_APPROVAL') as dan
\gset
select tests.session(:ann) as session \gset
\set reset 'select api.reset_password(%L, ''$argon2id$ new'')'
create function pg_temp.token(account bigint, purpose data.token_purpose) returns text
language sql security definer
as $$select core.make_account_token(account, purpose, tests.email_of(account))$$;
create function pg_temp.password(account bigint) returns text
language sql security definer
as $$select a.password_hash from data.account as a where a.id = account$$;

select pg_temp.token(:ann, 'RESET') as first, pg_temp.token(:ann, 'RESET') as second,
    pg_temp.token(:ann, 'VERIFICATION') as other \gset
select tests.act_as('anon');
select lives_ok(format(:'reset', :'second'), 'a token sets a password');
select is(pg_temp.password(:ann), '$argon2id$ new', 'of the account that it was mailed to');
select is(pg_temp.password(:dan), '$argon2id$no password', 'and of no other');
select throws_ok(
    format(:'reset', c.token), 'PT404', 'reset_token_not_found', c.sentence
)
from (
    values
    (:'second', 'once'),
    (:'first', 'those that were mailed before it are over, too'),
    (:'other', 'one that verifies an address is another thing'),
    ('', 'as is none'),
    (null, 'or null'),
    (repeat('0', 64), 'or a guess')
) as c (token, sentence);
select tests.act_as_nobody();
select isnt(
    (select s.revoked_at from data.session as s where s.id = :session), null, 'all logins end'
);
select is(
    (select a.email_verified_at from data.account as a where a.id = :ann), null,
    'that verifies no address: nobody is logged in'
);

select pg_temp.token(:joe, 'INVITATION') as token \gset
select tests.act_as('patient', :ann);
select lives_ok(format(:'reset', :'token'), 'whoever is logged in may use an invitation');
select is(pg_temp.password(:joe), '$argon2id$ new', 'for whom it was');
select tests.act_as_nobody();

select pg_temp.token(:ann, 'RESET') as token \gset
update data.account_token
set created_at = created_at - interval '1 hour', expires_at = clock_timestamp();
select throws_ok(
    format(:'reset', :'token'), 'PT404', 'reset_token_not_found', 'after an hour it is over'
);
select pg_temp.token(:joe, 'RESET') as token \gset
update data.account set email = 'new@example.com' where id = :joe;
select throws_ok(
    format(:'reset', :'token'), 'PT404', 'reset_token_not_found',
    'one that went to an address that is not the account''s any more'
);
select pg_temp.token(:dan, 'RESET') as token, pg_temp.token(:dan, 'RESET') as later \gset
update data.account set status = 'REJECTED' where id = :dan;
select throws_ok(
    format(:'reset', :'later'), 'PT404', 'reset_token_not_found', 'a rejected account has none'
);
update data.account set status = 'SUSPENDED' where id = :dan;
select throws_ok(
    format(:'reset', :'later'), 'PT404', 'reset_token_not_found', 'nor has a suspended one'
);
update data.account set status = 'PENDING_APPROVAL' where id = :dan;
select lives_ok(format(:'reset', :'token'), 'one that waits for approval has');
select is(
    tests.constraint_against(
        format('select api.reset_password(%L, ''a plain one'')', pg_temp.token(:dan, 'RESET'))
    ), 'account_password_hashed', 'no password is ever kept as it is'
);

select * from finish();
rollback;
