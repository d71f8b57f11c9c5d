begin;
select plan(3);

select tests.account() as ann, tests.account() as bob \gset
select tests.session(:ann) as s1, tests.session(:ann) as s2, tests.session(:bob) as s3 \gset
\set live 'select s.id from data.session as s where s.revoked_at is null order by s.id'

select tests.act_as('patient', :ann);
select tests.with_session(:s2);
select api.end_other_sessions();
select tests.act_as_nobody();
select results_eq(:'live', array[:s2, :s3]::bigint[], 'all but this one end');
select tests.act_as('patient', :ann);
select api.end_other_sessions();
select tests.act_as_nobody();
select results_eq(:'live', array[:s3]::bigint[], 'with a token of none of them, all');
select tests.act_as('anon');
select throws_ok('select api.end_other_sessions()', '42501', null, 'nobody is logged in');

select * from finish();
rollback;
