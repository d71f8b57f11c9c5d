begin;
select plan(2);

select tests.account(email => 'ann@example.com', password_hash => null) as ann \gset
select core.invite_account(:ann);
select results_eq(
    'select m.kind, m.to_address::text, m.account_id from data.message as m',
    format($$values ('invitation', 'ann@example.com', %s::bigint)$$, :ann), 'a mail invites'
);
select is(
    (select t.purpose::text from data.account_token as t
     where t.token_hash = sha256(tests.mailed_token('ann@example.com')::bytea)), 'INVITATION',
    'by a token that sets a password'
);

select * from finish();
rollback;
