begin;
select plan(6);

select tests.account() as ann, tests.account() as bob \gset
select core.make_account_token(:ann, 'RESET', 'ann@example.com') as token \gset
select matches(:'token'::text, '^[0-9a-f]{64}$', 'a token is a long one');
select results_eq(
    'select t.token_hash::bytea, t.account_id, t.purpose::text, t.email::text,
        t.expires_at - t.created_at from data.account_token as t',
    format(
        $$values (sha256(%L), %s::bigint, 'RESET', 'ann@example.com', interval '1 hour')$$,
        :'token', :ann
    ), 'only its hash is kept, for an hour'
);
select count(core.make_account_token(:ann, 'RESET', 'ann@example.com')) as more
from generate_series(1, 10) \gset
select is(:more::bigint, 4::bigint, 'five are enough');
select isnt(
    core.make_account_token(:ann, 'VERIFICATION', 'ann@example.com'), null, 'of each kind'
);
select isnt(core.make_account_token(:bob, 'RESET', 'bob@example.com'), null, 'and account');
update data.account_token as t
set created_at = t.created_at - interval '1 hour', expires_at = t.created_at;
select isnt(core.make_account_token(:ann, 'RESET', 'ann@example.com'), null, 'at a time');

select * from finish();
rollback;
