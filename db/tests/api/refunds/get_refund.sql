begin;
select plan(5);

select tests.clinic() as clinic, tests.clinic() as elsewhere \gset
select
    tests.account(role => 'admin') as eve,
    tests.account() as ann,
    tests.account(role => 'clerk', clinic => :clinic) as clerk,
    tests.account(role => 'clerk', clinic => :elsewhere) as other_clerk
\gset
select tests.booking(
    tests.slot(tests.doctor(clinic => :clinic)), :ann, status => 'CONFIRMED'
) as booking \gset
select core.owe_refund(array[:booking]::bigint[], 'Why');
select f.id as refund from data.refund as f \gset
\set get 'select f.reason::text from api.get_refund(%s) as f'

select tests.act_as('patient', :ann);
select throws_ok(
    format(:'get', :refund), '42501', null, 'a patient sees it in the booking, not here'
);
select tests.act_as('clerk', :other_clerk);
select throws_ok(
    format(:'get', :refund), 'PT404', 'refund_not_found', 'another clinic''s clerk finds nothing'
);
select tests.act_as('clerk', :clerk);
select results_eq(format(:'get', :refund), array['Why'], 'a clerk reads the clinic''s');
select tests.act_as('admin', :eve);
select results_eq(format(:'get', :refund), array['Why'], 'an admin any');
select throws_ok(format(:'get', 0), 'PT404', 'refund_not_found', 'that exists');

select * from finish();
rollback;
