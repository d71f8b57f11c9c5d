begin;
select plan(4);

select tests.account() as ann, tests.clinic() as clinic \gset
select tests.doctor(clinic => :clinic) as doctor \gset
select
    tests.slot(:doctor, capacity => 50) as slot,
    tests.slot(:doctor, clock_timestamp() - interval '1 hour', capacity => 50) as past
\gset
create function pg_temp.unpaid(owner text) returns bigint[]
language sql
return array(select u.id from core.unpaid_bookings(owner, clock_timestamp()) as u (id) order by 1);

select
    tests.booking(:slot) as held,
    tests.booking(:slot, patient_email => 'ANN@Example.com') as capitals,
    tests.booking(:slot, status => 'CONFIRMED', amount => 0) as free,
    tests.booking(:slot) as over,
    tests.booking(:slot, :ann) as anns
\gset
select tests.run_out(:over);
select
    tests.booking(:slot, status => s.status)
from unnest('{CONFIRMED,CHECKED_IN,COMPLETED,NO_SHOW,FAILED,CANCELLED}'::text[]) as s (status);
select tests.booking(:past, status => 'CONFIRMED', amount => 0), tests.booking(:past);
select tests.booking(:slot, patient_email => 'bob@example.com');
select is(
    pg_temp.unpaid('ann@example.com'), array[:held, :capitals, :free]::bigint[],
    'what is held or free, to come, and of that address, in capitals or not'
);
select is(pg_temp.unpaid(:ann::text), array[:anns]::bigint[], 'or of that account');
select is(pg_temp.unpaid('eve@example.com'), '{}', 'of nobody there are none');

-- Paid at the visit, or not yet.
set local session_replication_role = replica;
update data.booking set payment_terms = 'AT_VISIT', status = 'CONFIRMED', confirmed_at = created_at
where id in (:held, :capitals);
set local session_replication_role = origin;
select tests.payment(:held), tests.payment(:capitals, 'SUCCEEDED');
select is(
    pg_temp.unpaid('ann@example.com'), array[:held, :free]::bigint[],
    'what will be paid at the visit, until it is paid'
);

select * from finish();
rollback;
