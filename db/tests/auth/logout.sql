begin;
select plan(10);

select tests.account('Ann') as ann, tests.account('Bob') as bob \gset
select auth.open_session(:ann, '$argon2id$no password', sha256('a1'), 60),
    auth.open_session(:ann, '$argon2id$no password', sha256('other'), 60),
    auth.open_session(:bob, '$argon2id$no password', sha256('b1'), 60) \g /dev/null
select auth.refresh(sha256('a1'), sha256('a2'), 60) \g /dev/null

create view tests.logged_in as
select array_agg(t.token_hash::bytea order by t.token_hash) as hashes
from data.refresh_token as t join data.session as s on s.id = t.session_id
where s.revoked_at is null;

set local role slotkeeper_server;
select lives_ok($$select auth.logout(sha256('unknown'))$$, 'an unknown token is no error');
select lives_ok($$select auth.logout(null)$$, 'no token is no error');
reset role;
select is((select cardinality(hashes) from tests.logged_in), 4, 'neither logs anybody out');

set local role slotkeeper_server;
-- Even a token that is spent shows whose login is meant.
select lives_ok($$select auth.logout(sha256('a1'))$$, 'any token of a login ends it');
reset role;
select is(
    (select hashes from tests.logged_in),
    array(select h from unnest(array[sha256('other'), sha256('b1')]) as h order by h),
    'the whole login has ended, and no other'
);

select s.revoked_at from data.session as s join data.refresh_token as t on t.session_id = s.id
where t.token_hash = sha256('a2') \gset
select auth.logout(sha256('a2'));
select is(
    (select s.revoked_at from data.session as s join data.refresh_token as t on t.session_id = s.id
     where t.token_hash = sha256('a2')),
    :'revoked_at'::timestamptz, 'a second logout changes nothing'
);

set local role slotkeeper_anon;
select throws_ok($$select auth.logout(sha256('b1'))$$, '42501', null,
    'anonymous callers cannot log out past the server');
set local role slotkeeper_patient;
select throws_ok($$select auth.logout(sha256('b1'))$$, '42501', null, 'nor can patients');
set local role slotkeeper_doctor;
select throws_ok($$select auth.logout(sha256('b1'))$$, '42501', null, 'nor can doctors');
set local role slotkeeper_admin;
select throws_ok($$select auth.logout(sha256('b1'))$$, '42501', null, 'nor can admins');

select * from finish();
rollback;
