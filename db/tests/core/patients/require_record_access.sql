begin;
select plan(5);

select tests.account() as ann, tests.account(role => 'doctor') as sun \gset
select tests.doctor(account => :sun) as doctor \gset
update data.account set made_by_id = :sun, password_hash = null where id = :ann;

select throws_ok(
    format('select core.require_record_access(%s)', :ann), 'PT404', 'patient_not_found',
    'a DBA is an admin, and sees no records'
);
select tests.act_as('patient', :ann);
select is_empty(format('select * from api.list_records(%s)', :ann), 'a patient sees the own ones');
select tests.act_as('doctor', :sun);
select throws_ok(
    format('select api.list_records(%s)', :ann), 'PT404', 'patient_not_found',
    'a doctor who made the account does not'
);
select is((select p.records from api.get_patient(:ann) as p), null, 'the profile is all there is');
select tests.act_as_nobody();
select tests.booking(tests.slot(:doctor), :ann, status => 'CONFIRMED') as booking \gset
select tests.act_as('doctor', :sun);
select is_empty(
    format('select * from api.list_records(%s)', :ann), 'a doctor who is booked does'
);

select * from finish();
rollback;
