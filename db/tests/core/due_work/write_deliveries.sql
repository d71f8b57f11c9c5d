-- What happens is seen once it is committed: tests/races/test_deliveries.py.
begin;
select plan(3);

select is(core.write_deliveries(10), 0, 'there is nobody to be told');
select ok(
    (select r.last_xid = pg_snapshot_xmin(pg_current_snapshot()) from data.event_reader as r
    where r.name = 'webhooks'),
    'so what has been is gone past'
);
select tests.webhook(), tests.booking(tests.slot(tests.doctor()));
select is(core.write_deliveries(10), 0, 'nothing of a transaction that is still open');

select * from finish();
rollback;
