begin;
select plan(4);

select tests.account() as ann \gset
insert into data.account_token (token_hash, account_id, purpose, email, created_at, expires_at)
select
    sha256(d.after::text::bytea), :ann, 'RESET', 'ann@example.com',
    clock_timestamp() - interval '1 day', clock_timestamp() + d.after
from (values (interval '-2 hours'), ('-1 hour'), ('-1 second'), ('1 hour')) as d (after);

select is(core.forget_tokens(2), 2, 'no more than a batch is forgotten');
select is(core.forget_tokens(2), 1, 'then the rest of what has run out');
select is(core.forget_tokens(2), 0, 'then nothing');
select is((select count(*) from data.account_token), 1::bigint, 'what lasts is kept');

select * from finish();
rollback;
