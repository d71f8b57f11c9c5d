begin;
select plan(3);

create function tests.lock_own_account() returns bigint
language sql security definer set search_path = ''
as $$select (core.lock_own_account()).id$$;
select tests.account() as ann, tests.account(status => 'SUSPENDED') as sue \gset
select tests.act_as('patient', :ann);
select is(tests.lock_own_account(), :ann::bigint, 'the account of the caller');
select tests.act_as('patient', :sue);
select throws_ok(
    'select tests.lock_own_account()', 'PT401', 'unauthenticated', 'who may do something'
);
select tests.act_as_nobody();
select throws_ok(
    'select tests.lock_own_account()', 'PT401', 'unauthenticated', 'a DBA has none of their own'
);

select * from finish();
rollback;
