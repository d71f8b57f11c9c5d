begin;
select plan(4);

create function tests.caller_clinic() returns bigint
language sql security definer set search_path = ''
as 'select core.caller_clinic()';

select tests.clinic('North') as north \gset
select tests.account('Ann') as ann, tests.account('Cora', 'clerk', clinic => :north) as cora \gset

select tests.act_as('clerk', :cora);
select is(tests.caller_clinic(), :north::bigint, 'a clerk works for one clinic');
select tests.act_as('patient', :ann);
select is(tests.caller_clinic(), null, 'a patient works for none');
select tests.act_as('anon');
select is(tests.caller_clinic(), null, 'nor does an anonymous caller');
select tests.act_as('clerk', :ann);
select throws_ok('select tests.caller_clinic()', 'PT401', 'unauthenticated',
    'a clerk''s role without a clerk''s account is nobody');

select * from finish();
rollback;
