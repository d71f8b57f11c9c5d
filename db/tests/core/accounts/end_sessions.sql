begin;
select plan(3);

select tests.account() as ann, tests.account() as bob \gset
select tests.session(:ann) as s1, tests.session(:ann) as s2, tests.session(:bob) as s3 \gset
\set live 'select s.id from data.session as s where s.revoked_at is null order by s.id'

select core.end_sessions(:ann, :s1);
select results_eq(:'live', array[:s1, :s3]::bigint[], 'all but one');
select s.revoked_at as ended from data.session as s where s.id = :s2 \gset
select core.end_sessions(:ann);
select results_eq(:'live', array[:s3]::bigint[], 'or all, of one account');
select is(
    (select s.revoked_at from data.session as s where s.id = :s2), :'ended'::timestamptz,
    'what ended before has ended then'
);

select * from finish();
rollback;
