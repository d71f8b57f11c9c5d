begin;
select plan(6);

create function tests.lock_own_slot(slot_id bigint, doctor_id bigint default null) returns bigint
language sql security definer set search_path = ''
as 'select (core.lock_own_slot(slot_id, doctor_id)).id';
select tests.account(role => 'doctor') as bob, tests.account(role => 'admin') as eve \gset
select tests.doctor(account => :bob) as doctor, tests.doctor() as other \gset
select tests.slot(:doctor) as slot, tests.slot(:doctor) as deleted, tests.slot(:other) as others
\gset
update data.slot as s set deleted_at = clock_timestamp() where s.id = :deleted;

select tests.act_as('doctor', :bob);
select is(tests.lock_own_slot(:slot), :slot::bigint, 'a doctor may change the own slots');
select is(tests.lock_own_slot(:slot, :doctor), :slot::bigint, 'the doctor may be named');
select throws_ok(format('select tests.lock_own_slot(%s, %s)', :slot, :other),
    'PT404', 'slot_not_found', 'but not another one');
select throws_ok(format('select tests.lock_own_slot(%s)', :deleted),
    'PT404', 'slot_not_found', 'what is deleted is gone');
select throws_ok(format('select tests.lock_own_slot(%s)', :others),
    'PT404', 'slot_not_found', 'another''s is not there');
select tests.act_as('admin', :eve);
select is(tests.lock_own_slot(:others), :others::bigint, 'an admin may change any');

select * from finish();
rollback;
