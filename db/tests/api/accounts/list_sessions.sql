begin;
select plan(7);

select tests.account() as ann, tests.account() as bob, tests.account(role => 'admin') as eve \gset
select tests.session(:ann) as s1, tests.session(:ann) as s2, tests.session(:ann) as s3,
    tests.session(:ann) as s4, tests.session(:bob) as s5 \gset
update data.session set revoked_at = clock_timestamp() where id = :s2;
update data.session
set created_at = clock_timestamp() - interval '2 days',
    expires_at = clock_timestamp() - interval '1 day'
where id = :s3;

select tests.act_as('patient', :ann);
select tests.with_session(:s4);
select results_eq(
    'select s.id, s.current, s.expires_at > s.refreshed_at from api.list_sessions() as s',
    format('values (%s::bigint, false, true), (%s, true, true)', :s1, :s4),
    'the own logins that have not ended, and which of them this is'
);
select results_eq(
    format('select s.id from api.list_sessions(1, %s) as s', :s1), array[:s4]::bigint[],
    'page by page'
);
select results_eq(
    format('select s.id from api.list_sessions(1, %s) as s', :s2), array[:s4]::bigint[],
    'behind one that has ended meanwhile, too'
);
select throws_ok(
    format('select api.list_sessions(after => %s)', :s5), 'PT400', 'invalid_parameter',
    'there is no page behind another''s'
);
select tests.act_as('patient', :bob);
select results_eq(
    'select s.id, s.current from api.list_sessions() as s',
    format('values (%s::bigint, false)', :s5), 'each has the own ones'
);
select tests.act_as('admin', :eve);
select is_empty('select api.list_sessions()', 'an admin sees no others');
select tests.act_as('anon');
select throws_ok('select api.list_sessions()', '42501', null, 'nobody is logged in');

select * from finish();
rollback;
