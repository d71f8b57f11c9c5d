begin;
select plan(6);

select tests.account(email => 'ann@example.com') as ann \gset
update data.setting set public_url = 'https://example.org';
select core.mail_verification_token(:ann, 'new@example.com');
select results_eq(
    'select m.kind, m.to_address::text, m.account_id from data.message as m order by m.id',
    format($$values ('verification', 'new@example.com', %s::bigint),
        ('address_change', 'ann@example.com', %1$s)$$, :ann),
    'a mail goes to the address that is to be verified, and one to the present one'
);
select results_eq(
    'select t.purpose::text, t.email::text from data.account_token as t
        where t.token_hash = sha256(tests.mailed_token(''new@example.com'')::bytea)',
    $$values ('VERIFICATION', 'new@example.com')$$, 'with a token for just that'
);
select ok(
    m.body_text ~ '^This mail is about an account at .*set a new password'
    and m.body_text || m.body_html !~ 'http|[0-9a-f]{64}',
    'this one says what to do, with nothing that whoever reads it could use'
)
from data.message as m where m.kind = 'address_change';
select core.mail_verification_token(:ann, 'new@example.com') from generate_series(1, 10)
\g /dev/null
select is(
    (select count(*) from data.message as m where m.to_address = a.address), 5::bigint,
    'nobody''s mailbox is filled'
)
from unnest('{new@example.com,ann@example.com}'::text[]) as a (address);
select tests.account(email => 'bob@example.com') as bob \gset
select core.mail_verification_token(:bob, 'BOB@example.com');
select is(
    (select count(*) from data.message as m where m.account_id = :bob), 1::bigint,
    'where the present one is to be verified there is one mail'
);

select * from finish();
rollback;
