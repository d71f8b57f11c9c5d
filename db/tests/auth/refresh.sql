begin;
select plan(28);

-- What a refresh of one token by another says: the account's name, or the error.
create function tests.refresh(old text, new text) returns text
language sql security definer set search_path = ''
as $$
select coalesce(r.error, r.name)
from auth.refresh(sha256(old::bytea), sha256(new::bytea), 3600) as r;
$$;

create function tests.let_run_out(token text) returns void
language sql set search_path = ''
as $$
update data.refresh_token as t
set created_at = t.created_at - interval '1 day', expires_at = clock_timestamp()
where t.token_hash = sha256(token::bytea);
$$;

select tests.account('Ann', email => 'ann@example.com') as ann, tests.account('Bob') as bob \gset
select auth.open_session(:ann, '$argon2id$no password', sha256('a1'), 60),
    auth.open_session(:ann, '$argon2id$no password', sha256('other login'), 60),
    auth.open_session(:ann, '$argon2id$no password', sha256('o1'), 60),
    auth.open_session(:bob, '$argon2id$no password', sha256('b1'), 60),
    auth.open_session(:bob, '$argon2id$no password', sha256('b-other'), 60),
    auth.open_session(:bob, '$argon2id$no password', sha256('b-old'), 60) \g /dev/null

set local role slotkeeper_server;
select results_eq(
    $$select id, name, email, role, status, active, error, session_id is not null
      from auth.refresh(sha256('a1'), sha256('a2'), 3600)$$,
    format(
        $$values (
            %s::bigint, 'Ann', 'ann@example.com', 'patient', 'ACTIVE', true, null::text, true
        )$$, :ann
    ),
    'a refresh tells who it is, as a login does'
);
reset role;
select results_eq(
    $$select token_hash::bytea, spent_at is not null from data.refresh_token
      where session_id = (
          select session_id from data.refresh_token where token_hash = sha256('a1')
      )
      order by created_at$$,
    $$values (sha256('a1'), true), (sha256('a2'), false)$$,
    'the old token is spent, the new one belongs to the same login'
);
select ok(
    (select t.expires_at = s.expires_at
         and t.expires_at - clock_timestamp() between interval '55 minutes' and interval '1 hour'
     from data.refresh_token as t join data.session as s on s.id = t.session_id
     where t.token_hash = sha256('a2')),
    'token and login last as long as the server says, from now'
);
select is(tests.refresh('a1', 'a2'), 'Ann', 'within ten seconds it gives the same one again');
select is(
    (select count(*) from data.refresh_token where token_hash in (sha256('a1'), sha256('a2'))),
    2::bigint, 'and no other'
);
select is(tests.refresh('a2', 'a3'), 'Ann', 'the new token can be spent in turn');
select is(tests.refresh('a1', 'a2'), 'Ann', 'the first one is still followed by the second');

select is(tests.refresh('o1', 'o2'), 'Ann', 'another login is refreshed');
update data.refresh_token set spent_at = clock_timestamp() - interval '10 seconds'
where token_hash = sha256('o1');
select is(tests.refresh('o1', 'o2'), 'refresh_token_reused', 'after ten seconds a reuse is one');
select is(tests.refresh('o2', 'o3'), 'refresh_token_invalid', 'which ends the login');
select is(tests.refresh('b9', 'a3'), 'refresh_token_invalid', 'a successor alone is nothing');

select is(tests.refresh('a1', 'thief'), 'refresh_token_reused', 'a spent token is found out');
select is_empty($$select * from data.refresh_token where token_hash = sha256('thief')$$,
    'who reuses a token gets none');
select is(tests.refresh('a3', 'a4'), 'refresh_token_invalid',
    'a reuse revokes the newest token of the family');
select is(tests.refresh('a2', 'a4'), 'refresh_token_reused',
    'a reuse is called a reuse ever after');
select is(tests.refresh('other login', 'other 2'), 'Ann',
    'a reuse leaves other logins of the account alone');
select is(
    (select r.active from auth.refresh(sha256('a1'), sha256('thief'), 60) as r), false,
    'a reuse opens no session'
);

set local role slotkeeper_server;
select results_eq(
    $$select * from auth.refresh(sha256('unknown'), sha256('new'), 3600)$$,
    $$values (null::bigint, null, null, null, null, false, 'refresh_token_invalid', null::bigint)$$,
    'an unknown token is invalid'
);
reset role;
select is(tests.refresh(null, 'new'), 'refresh_token_invalid', 'no token is invalid');

select tests.let_run_out('b-old');
select is(tests.refresh('b-old', 'b-new'), 'refresh_token_invalid',
    'a token that has run out is invalid');
select is(tests.refresh('b-old', 'b-new'), 'refresh_token_invalid', 'and was not spent by that');

select auth.logout(sha256('b1'));
select is(tests.refresh('b1', 'b2'), 'refresh_token_invalid', 'a token is invalid after a logout');

update data.account set status = 'PENDING_APPROVAL' where id = :bob;
select is(tests.refresh('b-other', 'b2'), 'refresh_token_invalid',
    'an account that is not active cannot refresh');
update data.account set status = 'ACTIVE' where id = :bob;
select is(tests.refresh('b-other', 'b2'), 'Bob', 'and can again once it is');

set local role slotkeeper_anon;
select throws_ok($$select auth.refresh(sha256('x'), sha256('y'), 1)$$, '42501', null,
    'anonymous callers cannot refresh past the server');
set local role slotkeeper_patient;
select throws_ok($$select auth.refresh(sha256('x'), sha256('y'), 1)$$, '42501', null,
    'nor can patients');
set local role slotkeeper_doctor;
select throws_ok($$select auth.refresh(sha256('x'), sha256('y'), 1)$$, '42501', null,
    'nor can doctors');
set local role slotkeeper_admin;
select throws_ok($$select auth.refresh(sha256('x'), sha256('y'), 1)$$, '42501', null,
    'nor can admins');

select * from finish();
rollback;
