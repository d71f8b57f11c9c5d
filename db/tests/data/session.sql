-- What no session and no refresh token can be, whoever writes it.
begin;
select plan(7);

select tests.account() as ann \gset
insert into data.session (account_id, expires_at)
values (:ann, clock_timestamp() + interval '1 day')
returning id as session \gset
\set open 'insert into data.session (account_id, created_at, expires_at) values (%s, %L, %L)'
\set token 'insert into data.refresh_token (token_hash, session_id, expires_at) '
\set token :token 'values (sha256(%L), %s, clock_timestamp() + %L)'

select is(
    tests.constraint_against(format(:'open', :ann, '2100-01-01', '2100-01-01')),
    'session_ends_after_start',
    'a session does not end as it starts'
);
select is(
    tests.constraint_against(format(:'open', 0, '2100-01-01', '2100-01-02')),
    'session_account_fkey',
    'it is an account''s'
);
select is(
    tests.constraint_against(format(:'token', 'a', :session, '-1 second')),
    'refresh_token_ends_after_start',
    'nor does a refresh token'
);
select is(
    tests.constraint_against(format(:'token', 'a', 0, '1 day')), 'refresh_token_session_fkey',
    'which is a session''s'
);
select format(:'token', 'a', :session, '1 day') as insert_token \gset
:insert_token;
select is(
    tests.constraint_against(:'insert_token'), 'refresh_token_pkey', 'one token is given out once'
);
select is(
    tests.constraint_against('update data.refresh_token set token_hash = ''a'''),
    'token_hash_length',
    'only its SHA-256 is kept'
);
delete from data.account as a where a.id = :ann;
select is(
    (select count(*) from data.session) + (select count(*) from data.refresh_token), 0::bigint,
    'with an account that did nothing its logins go'
);

select * from finish();
rollback;
