-- All of this as a superuser, who gets past grants but not past this.
begin;
select plan(11);

select tests.doctor() as doctor, tests.doctor() as other \gset
select
    tests.slot(:doctor, capacity => 2) as sold,
    tests.slot(:doctor) as once,
    tests.slot(:doctor) as never
\gset
select tests.booking(:sold, status => 'CONFIRMED'), tests.booking(:once, status => 'CANCELLED');
\set change 'update data.slot set %s where id = %s'

select
    is(
        tests.constraint_against(format(:'change', c.change, s.id)), 'slot_booked_stays',
        format('nobody sets %s of a slot %s', c.change, s.what)
    )
from (values (:sold::bigint, 'that is sold'), (:once, 'that was booked once')) as s (id, what)
cross join (
    values
    ('start_time = start_time - interval ''1 minute'''),
    ('end_time = end_time - interval ''1 minute'''),
    ('doctor_id = ' || :other)
) as c (change);
select is(
    tests.constraint_against(format(:'change', 'capacity = 3', :sold)), null,
    'more seats are no matter'
);
select is(
    tests.constraint_against(format(:'change', 'start_time = start_time', :sold)), null,
    'nor is what changes nothing'
);
select is(
    tests.constraint_against(format(:'change', 'deleted_at = clock_timestamp()', :once)), null,
    'a slot that nobody holds any more may be deleted'
);
select is(
    tests.constraint_against(
        format(:'change', 'end_time = end_time - interval ''1 minute''', :never)
    ),
    null, 'one that nobody ever booked may change its times'
);
select is(
    tests.constraint_against(format(:'change', 'doctor_id = ' || :other, :never)), null,
    'and its doctor'
);

select * from finish();
rollback;
