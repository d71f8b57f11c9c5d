begin;
select plan(3);

select tests.account(email => 'ann@example.com') as ann \gset
select core.mail_verification_token(:ann, 'new@example.com');
select results_eq(
    'select m.kind, m.to_address::text, m.account_id from data.message as m',
    format($$values ('verification', 'new@example.com', %s::bigint)$$, :ann),
    'a mail goes to the address that is to be verified'
);
select results_eq(
    'select t.purpose::text, t.email::text from data.account_token as t
        where t.token_hash = sha256(tests.mailed_token(''new@example.com'')::bytea)',
    $$values ('VERIFICATION', 'new@example.com')$$, 'with a token for just that'
);
select core.mail_verification_token(:ann, 'new@example.com') from generate_series(1, 10)
\g /dev/null
select is((select count(*) from data.message), 5::bigint, 'nobody''s mailbox is filled');

select * from finish();
rollback;
