-- What happens is seen once it is committed: tests/races/test_deliveries.py.
begin;
select plan(5);

-- As if another transaction had written it, long ago.
create function pg_temp.happened() returns bigint
language sql
as $$
insert into data.change (xid, entity, entity_id, event, actor_role)
values ('3', 'booking', 0, 'booking.held', 'test')
returning id
$$;
update data.event_reader as r set last_xid = '0', last_id = 0 where r.name = 'webhooks';
select pg_temp.happened() as before \gset
select is(core.write_deliveries(10), 0, 'there is nobody to be told');
select ok(
    (select (r.last_xid, r.last_id) > ('3'::xid8, :before) from data.event_reader as r
    where r.name = 'webhooks'),
    'so what has been is gone past'
);
select tests.webhook() as webhook, tests.booking(tests.slot(tests.doctor())) \gset
select is(core.write_deliveries(10), 0, 'nothing of a transaction that is still open');
update data.event_reader as r set last_xid = '0', last_id = 0 where r.name = 'webhooks';
select pg_temp.happened() as since \gset
select is(core.write_deliveries(10), 1, 'a webhook is told');
select results_eq(
    'select d.webhook_id, d.change_id from data.delivery as d',
    format('values (%s::bigint, %s::bigint)', :webhook, :since), 'of what has been since'
);

select * from finish();
rollback;
