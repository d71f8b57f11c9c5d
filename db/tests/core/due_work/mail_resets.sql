begin;
select plan(8);

select
    tests.account(email => 'Ann@example.com') as ann,
    tests.account('Dan', 'doctor', 'PENDING_APPROVAL', 'dan@example.com') as dan,
    tests.account(email => 'joe@example.com', password_hash => null) as joe,
    tests.account(email => 'sue@example.com', status => 'SUSPENDED') as sue,
    tests.account(email => 'rex@example.com', role => 'doctor', status => 'REJECTED') as rex
\gset
update data.account set new_email = 'new@example.com' where id = :ann;
insert into data.reset_request (email)
values ('ann@EXAMPLE.com'), ('nobody@example.com'), ('dan@example.com'), ('joe@example.com'),
    ('sue@example.com'), ('rex@example.com'), ('new@example.com'), ('%@example.com');

select is(core.mail_resets(5), 5, 'a batch of requests is looked at');
select is(core.mail_resets(5), 3, 'then the rest');
select is(core.mail_resets(5), 0, 'then none');
select is((select count(*) from data.reset_request), 0::bigint, 'none is kept');
select results_eq(
    'select m.kind, m.to_address::text, m.account_id from data.message as m order by m.id',
    format(
        $$values ('reset', 'Ann@example.com', %s::bigint), ('reset', 'dan@example.com', %s),
            ('reset', 'joe@example.com', %s)$$, :ann, :dan, :joe
    ), 'a mail goes to the addresses of accounts that may log in, now or once approved'
);
select is(
    (select t.account_id from data.account_token as t
     where t.token_hash = sha256(tests.mailed_token('Ann@example.com')::bytea)), :ann::bigint,
    'with a token for the account'
);
insert into data.reset_request (email) select 'Ann@example.com' from generate_series(1, 10);
select is(core.mail_resets(20), 10, 'who asks again and again');
select is(
    (select count(*) from data.message as m where m.account_id = :ann), 5::bigint,
    'fills no mailbox'
);

select * from finish();
rollback;
