begin;
select plan(17);

select tests.account('Ann', email => 'ann@example.com') as ann,
    tests.account('Eve', 'admin') as eve,
    tests.account('Dan', 'doctor', 'PENDING_APPROVAL') as dan \gset

set local role slotkeeper_server;
select results_eq(
    format(
        $$select id, name, email, role, status, active, error, session_id is not null
          from auth.open_session(%s, '$argon2id$no password', sha256('ann 1'), 3600)$$, :ann
    ),
    format(
        $$values (
            %s::bigint, 'Ann', 'ann@example.com', 'patient', 'ACTIVE', true, null::text, true
        )$$, :ann
    ),
    'a login tells who it is'
);
select is(
    (
        select o.role
        from auth.open_session(:eve, '$argon2id$no password', sha256('eve 1'), 3600) as o
    ), 'admin',
    'an admin logs in as an admin'
);
select throws_ok(
    format($$select auth.open_session(%s, '$argon2id$no password', sha256('dan 1'), 3600)$$, :dan),
    'PT403', 'account_pending', 'an account that waits for approval cannot log in'
);
select throws_ok(
    format($$select auth.open_session(%s, '$argon2id$ changed', sha256('ann 1'), 3600)$$, :ann),
    'PT401', 'invalid_credentials', 'a password that was changed meanwhile is no good'
);
select throws_ok(
    $$select auth.open_session(null, null, sha256('ann 1'), 3600)$$, 'PT401',
    'invalid_credentials', 'nor is none'
);
reset role;
update data.account set password_hash = null where id = :eve;
select throws_ok(
    format($$select auth.open_session(%s, null, sha256('eve 2'), 3600)$$, :eve),
    'PT401', 'invalid_credentials', 'nobody logs in to an account without a password'
);
update data.account set status = 'SUSPENDED' where id = :dan;
select throws_ok(
    format($$select auth.open_session(%s, '$argon2id$no password', sha256('dan 1'), 3600)$$, :dan),
    'PT403', 'account_suspended', 'a suspended account cannot log in'
);
update data.account set status = 'REJECTED' where id = :dan;
select throws_ok(
    format($$select auth.open_session(%s, '$argon2id$no password', sha256('dan 1'), 3600)$$, :dan),
    'PT403', 'account_rejected', 'nor can a rejected one'
);

select results_eq(
    $$select s.account_id, s.revoked_at, t.spent_at, t.expires_at = s.expires_at,
          t.expires_at - clock_timestamp() between interval '55 minutes' and interval '1 hour'
      from data.refresh_token as t join data.session as s on s.id = t.session_id
      where t.token_hash = sha256('ann 1')$$,
    format('values (%s::bigint, null::timestamptz, null::timestamptz, true, true)', :ann),
    'its refresh token is stored as a hash, fresh, for as long as the server says'
);
select is_empty($$select * from data.refresh_token where token_hash = sha256('dan 1')$$,
    'a refused login leaves no token');
select is_empty(format('select * from data.session where account_id = %s', :dan),
    'a refused login leaves no session');

select isnt(
    (
        select o.id
        from auth.open_session(:ann, '$argon2id$no password', sha256('ann 2'), 3600) as o
    ), null,
    'one may be logged in twice'
);
select is(
    (select count(distinct t.session_id) from data.refresh_token as t
     where t.token_hash in (sha256('ann 1'), sha256('ann 2'))), 2::bigint,
    'each login is a family of tokens of its own'
);

set local role slotkeeper_anon;
select throws_ok($$select auth.open_session(1, '', sha256('x'), 1)$$, '42501', null,
    'anonymous callers cannot log themselves in');
set local role slotkeeper_patient;
select throws_ok($$select auth.open_session(1, '', sha256('x'), 1)$$, '42501', null,
    'patients cannot log in as others');
set local role slotkeeper_doctor;
select throws_ok($$select auth.open_session(1, '', sha256('x'), 1)$$, '42501', null,
    'doctors cannot log in as others');
set local role slotkeeper_admin;
select throws_ok($$select auth.open_session(1, '', sha256('x'), 1)$$, '42501', null,
    'admins cannot log in as others');

select * from finish();
rollback;
