-- All of this as a superuser, who gets past grants but not past this.
begin;
select plan(3);

select tests.doctor() as doctor, tests.clinic(currency => 'EUR') as other \gset
select tests.slot(:doctor) as slot \gset
\set move 'update data.doctor set clinic_id = ' :other ' where id = ' :doctor
savepoint unbooked;
select is(tests.constraint_against(:'move'), null, 'who was never booked may change the clinic');
rollback to savepoint unbooked;
select tests.booking(:slot, status => 'CANCELLED') as booking \gset
select is(
    tests.constraint_against(:'move'), 'doctor_booked_stays',
    'the money of a clinic does not become another''s'
);
select is(
    tests.constraint_against('update data.doctor set clinic_id = clinic_id where id = ' || :doctor),
    null, 'the same clinic is no change'
);

select * from finish();
rollback;
