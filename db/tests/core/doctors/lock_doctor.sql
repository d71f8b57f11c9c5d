begin;
select plan(4);

create function tests.lock_doctor(doctor_id bigint) returns void
language sql security definer set search_path = ''
as 'select core.lock_doctor(doctor_id)';

-- A row that was never locked or changed has no xmax.
create function tests.is_locked(doctor_id bigint) returns boolean
language sql security definer set search_path = ''
as $$select d.xmax::text <> '0' from data.doctor as d where d.id = doctor_id$$;

select tests.account('Bob', 'doctor') as bob \gset
select tests.doctor('Dr. Bob', account => :bob) as doctor, tests.doctor('Dr. Other') as other \gset

select tests.act_as('doctor', :bob);
select is(tests.is_locked(:doctor), false, 'at first the doctor is not locked');
select lives_ok(format('select tests.lock_doctor(%s)', :doctor), 'a doctor may lock himself');
select is(tests.is_locked(:doctor), true, 'then the row is locked');
select throws_ok(format('select tests.lock_doctor(%s)', :other), 'PT404', 'doctor_not_found',
    'a doctor may not lock another');

select * from finish();
rollback;
