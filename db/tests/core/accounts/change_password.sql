begin;
select plan(4);

select tests.account() as ann, tests.account() as bob \gset
select tests.session(:ann) as s1, tests.session(:ann) as s2, tests.session(:bob) as s3 \gset
select core.make_account_token(a.id, p.purpose, 'ann@example.com')
from (values (:ann), (:bob)) as a (id), unnest(enum_range(null::data.token_purpose)) as p (purpose)
\g /dev/null

update data.account set new_email = 'new' || email where id in (:ann, :bob);
select core.change_password(:ann, '$argon2id$ new', :s2);
select is(
    (select a.password_hash from data.account as a where a.id = :ann), '$argon2id$ new',
    'the password is another one'
);
select results_eq(
    'select s.id from data.session as s where s.revoked_at is null order by s.id',
    array[:s2, :s3]::bigint[], 'the other logins of the account end'
);
select results_eq(
    'select t.account_id, t.purpose::text from data.account_token as t order by t.purpose',
    format(
        $$values (%s::bigint, 'RESET'), (%1$s, 'INVITATION'), (%1$s, 'VERIFICATION')$$, :bob
    ), 'what was mailed to it is worth nothing any more'
);
select results_eq(
    'select a.id from data.account as a where a.new_email is not null', array[:bob]::bigint[],
    'and an address that waits is withdrawn'
);

select * from finish();
rollback;
