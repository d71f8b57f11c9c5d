begin;
select plan(6);

select tests.slot(tests.doctor(), capacity => 40) as slot \gset
select tests.booking(:slot, status => 'CONFIRMED') as booking \gset
select core.owe_refund(array[:booking]::bigint[], 'Part ' || n, 1)
from generate_series(1, 5) as n order by n;
create function pg_temp.taken("limit" integer) returns text[]
language sql
as $$
select array(select f.reason from core.take_due_refunds(taken."limit") as f order by f.reason)
$$;
select is(pg_temp.taken(2), array['Part 1', 'Part 2'], 'the oldest are taken first');
select results_eq(
    'select f.status::text, f.sent_at is not null from data.refund as f order by f.id',
    $$values ('SENT', true), ('SENT', true), ('DUE', false), ('DUE', false), ('DUE', false)$$,
    'they are sent from then on'
);
update data.refund as f set status = 'FAILED' where f.reason = 'Part 1';
update data.refund as f set status = 'DONE' where f.reason = 'Part 2';
select is(pg_temp.taken(2), array['Part 3', 'Part 4'], 'what never was sent goes before');
select is(pg_temp.taken(9), array['Part 1', 'Part 5'], 'what failed is sent again');
select is(pg_temp.taken(9), '{}', 'what is on its way or has arrived is not');
select is(pg_temp.taken(0), '{}', 'none is none');

select * from finish();
rollback;
