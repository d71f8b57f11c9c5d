begin;
select plan(4);

select tests.booking(tests.slot(tests.doctor()), status => 'CONFIRMED') as id \gset
insert into data.change (entity, entity_id, event, actor_role, after)
select 'booking', b.id, e, 'test', to_jsonb(b)
from data.booking as b, unnest(enum_range(null::data.event)) as e
where e::text like 'booking.%' and e not in ('booking.held', 'booking.confirmed');
create function pg_temp.kinds() returns setof text
language plpgsql
as $$
declare
    v_change data.change;
    v_id bigint;
begin
    for v_change in
        select c.* from data.change as c
        where c.entity = 'booking' and c.event is not null order by c.event
    loop
        v_id := core.mail_event(v_change);
        return query
        select v_change.event || ': ' || m.kind from data.message as m where m.id = v_id;
    end loop;
end;
$$;
select results_eq(
    'select pg_temp.kinds()',
    $$values ('booking.confirmed: confirmation'), ('booking.moved: change'),
        ('booking.seats_given_back: change'), ('booking.cancelled: cancellation'),
        ('booking.expired: expiry'), ('booking.reminder: reminder')$$,
    'these are mailed'
);
select is(core.mail_event(c), null, 'not what is no event')
from data.change as c where c.event is null limit 1;
update data.change set before = null, after = null where entity = 'booking';
select is_empty('select pg_temp.kinds()', 'nothing of who was erased');
select isnt_empty(
    $$select from data.change as c where c.event = 'booking.confirmed'$$, 'though it happened'
);

select * from finish();
rollback;
