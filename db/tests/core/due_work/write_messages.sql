begin;
select plan(6);

select tests.slot(tests.doctor(), '2100-01-01 10:00Z') as slot \gset
select tests.booking(:slot, status => 'CONFIRMED') as id \gset
-- As if another transaction had written it, long ago.
insert into data.change (xid, entity, entity_id, event, actor_role, after)
select '3', 'booking', b.id, 'booking.confirmed', 'test', to_jsonb(b)
from data.booking as b, generate_series(1, 3);
update data.event_reader set last_xid = '0' where name = 'messages';

select is(core.write_messages(2), 3, 'all is read, batch by batch, and nothing that is still open');
select results_eq(
    'select m.kind, count(*) from data.message as m group by 1',
    $$values ('confirmation', 3::bigint)$$, 'each is mailed once'
);
select results_eq(
    'select r.booking_id, r.due_at from data.reminder as r',
    format($$values (%s::bigint, timestamptz '2099-12-31 10:00Z')$$, :id), 'a reminder is planned'
);

-- One of them cannot be written, by a template that nobody has tried with it.
delete from data.message;
delete from data.reminder;
insert into data.change (xid, entity, entity_id, event, actor_role, after)
select '3', 'booking', :id, 'booking.confirmed', 'test', c.after || o.changed
from data.change as c,
    (values ('{}'::jsonb), ('{"seat_count": "many"}'), ('{}')) as o (changed)
where c.id = (select min(d.id) from data.change as d where d.xid = '3');
set local client_min_messages = error;
select is(core.write_messages(100), 3, 'what cannot be written is set aside');
select is((select count(*) from data.message), 2::bigint, 'and all others are, once');
reset client_min_messages;
select is(core.write_messages(100), 0, 'nor does it come again');

select * from finish();
rollback;
