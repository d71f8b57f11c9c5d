begin;
select plan(5);

create function tests.lock_doctor(doctor_id bigint) returns void
language sql security definer set search_path = ''
as 'select core.lock_doctor(doctor_id)';

-- Whether this transaction holds a row lock on the doctor; xmax of a row never locked is 0.
create function tests.is_locked(doctor_id bigint) returns boolean
language sql security definer set search_path = ''
as $$
select d.xmax::text = (pg_current_xact_id()::text::bigint % 4294967296)::text
from data.doctor as d where d.id = doctor_id;
$$;

select tests.account('Bob', 'doctor') as bob \gset
select tests.doctor('Dr. Bob', account => :bob) as doctor, tests.doctor('Dr. Other') as other \gset

select tests.act_as('doctor', :bob);
select is(tests.is_locked(:doctor), false, 'at first the doctor is not locked');
select lives_ok(format('select tests.lock_doctor(%s)', :doctor), 'a doctor may lock himself');
select is(tests.is_locked(:doctor), true, 'then the row is locked');
select throws_ok(format('select tests.lock_doctor(%s)', :other), 'PT404', 'doctor_not_found',
    'a doctor may not lock another');
select is(tests.is_locked(:other), false, 'a refused caller holds no lock');

select * from finish();
rollback;
