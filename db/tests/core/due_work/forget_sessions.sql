begin;
select plan(5);

select tests.account() as ann \gset
insert into data.session (account_id, created_at, expires_at)
select :ann, clock_timestamp() - interval '30 days', clock_timestamp() + d.after
from (values (interval '-2 days'), ('-1 day'), ('-1 second'), ('1 hour')) as d (after);
insert into data.refresh_token (token_hash, session_id, created_at, expires_at)
select sha256(s.id::text::bytea), s.id, s.created_at, s.expires_at from data.session as s;

select is(core.forget_sessions(2), 2, 'no more than a batch is forgotten');
select is(core.forget_sessions(2), 1, 'then the rest of what has run out');
select is(core.forget_sessions(2), 0, 'then nothing');
select results_eq(
    'select s.expires_at > clock_timestamp() from data.session as s', array[true],
    'what lasts is kept'
);
select is(
    (select count(*) from data.refresh_token), 1::bigint, 'refresh tokens go with their session'
);

select * from finish();
rollback;
