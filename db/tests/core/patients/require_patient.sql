begin;
select plan(2);

select tests.account() as ann \gset
select lives_ok(format('select core.require_patient(%s)', :ann), 'a DBA may see a patient');
select throws_ok(
    'select core.require_patient(0)', 'PT404', 'patient_not_found', 'who is there'
);

select * from finish();
rollback;
