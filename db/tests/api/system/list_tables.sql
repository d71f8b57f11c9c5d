begin;
select plan(7);

select tests.account('Ann') as ann, tests.account('Bob', 'doctor') as bob,
    tests.account('Eve', 'admin') as eve \gset
select tests.account('Someone') from generate_series(1, 20) \g /dev/null
analyze data.account;

select tests.act_as('admin', :eve);
select results_eq(
    'select table_name from api.list_tables()',
    $$select relname::text from pg_class
      where relnamespace = 'data'::regnamespace and relkind = 'r' order by relname::text$$,
    'an admin sees every table by name'
);
select is(
    (select t.row_estimate from api.list_tables() as t where t.table_name = 'account'), 23::bigint,
    'with as many rows as the last ANALYZE saw'
);
select is_empty('select * from api.list_tables() where row_estimate < 0',
    'a table that was never analyzed has no negative number of rows');

select tests.act_as('admin');
select throws_ok('select api.list_tables()', 'PT401', 'unauthenticated',
    'an admin''s role without an account is nobody');
select tests.act_as('anon');
select throws_ok('select api.list_tables()', '42501', null, 'anonymous callers see no tables');
select tests.act_as('patient', :ann);
select throws_ok('select api.list_tables()', '42501', null, 'patients see no tables');
select tests.act_as('doctor', :bob);
select throws_ok('select api.list_tables()', '42501', null, 'doctors see no tables');

select * from finish();
rollback;
