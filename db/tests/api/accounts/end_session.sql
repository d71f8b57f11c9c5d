begin;
select plan(8);

select tests.account() as ann, tests.account() as bob, tests.account(role => 'admin') as eve \gset
select tests.session(:ann) as s1, tests.session(:ann) as s2, tests.session(:bob) as s3 \gset
\set end_it 'select api.end_session(%s)'

select tests.act_as('patient', :ann);
select tests.with_session(:s1);
select lives_ok(format(:'end_it', :s2), 'a login is ended');
select lives_ok(format(:'end_it', :s2), 'twice, too');
select throws_ok(
    format(:'end_it', :s3), 'PT404', 'session_not_found', 'another''s does not exist'
);
select throws_ok(format(:'end_it', 'null'), 'PT404', 'session_not_found', 'nor does null');
select results_eq('select s.id from api.list_sessions() as s', array[:s1]::bigint[], 'it is gone');
select lives_ok(format(:'end_it', :s1), 'the present one is ended likewise');
select throws_ok('select api.me()', 'PT401', 'unauthenticated', 'and its token with it');
select tests.act_as('admin', :eve);
select throws_ok(
    format(:'end_it', :s3), 'PT404', 'session_not_found', 'an admin ends nobody else''s'
);

select * from finish();
rollback;
