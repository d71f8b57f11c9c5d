begin;
select plan(16);

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
        select c.* from tests.changes() as c
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
from tests.changes() as c where c.event is null limit 1;
update data.change set before = null, after = null, booking_before = null, booking_after = null
where entity = 'booking';
select is_empty('select pg_temp.kinds()', 'nothing of who was erased');
select isnt_empty(
    $$select from tests.changes() as c where c.event = 'booking.confirmed'$$, 'though it happened'
);

-- Confirmed.
select tests.slot(tests.doctor(), capacity => 2) as slot \gset
select tests.booking(:slot, status => 'CONFIRMED') as paid, tests.unpaid(:slot) as unpaid \gset
insert into data.change (entity, entity_id, event, actor_role, after)
select 'booking', b.id, 'booking.confirmed', 'test', to_jsonb(b)
from data.booking as b where b.id = :unpaid;
select results_eq(
    format($$select m.kind, m.subject, tests.ics_value(m.calendar, 'METHOD')
        from tests.mail_about('booking', %s, 'booking.confirmed') as m$$, :paid),
    $$values ('confirmation', 'Your appointment is confirmed', 'REQUEST')$$, 'with an invitation'
);
select ok(m.body_text ~ '\n\nTo be paid at the visit: 50.00 USD.\n', 'with what is to be paid')
from tests.mail_about('booking', :unpaid, 'booking.confirmed') as m;
select ok(m.body_text ~ '\n\nPaid: 50.00 USD.\n', 'or was')
from tests.mail_about('booking', :paid, 'booking.confirmed') as m;

-- Moved, or fewer seats.
select tests.doctor() as doctor \gset
select
    tests.slot(:doctor, '2100-01-01 10:00Z', capacity => 4) as slot,
    tests.slot(:doctor, '2100-01-02 10:00Z', capacity => 4) as later
\gset
select
    tests.booking(:slot, seats => 2, status => 'CONFIRMED') as sure, tests.booking(:slot) as held
\gset
update data.booking set slot_id = :later, slot_capacity = 4 where id in (:sure, :held);
select ok(
    m.subject = 'Your appointment has changed' and m.body_text ~ '2 January 2100, 10:00'
    and m.body_text ~ format('\n\nBooking %s, for 2 seats\n', :sure)
    and tests.ics_value(m.calendar, 'SEQUENCE') = '1', 'the new time, also to the calendar'
)
from tests.mail_about('booking', :sure, 'booking.moved') as m;
select ok(m.calendar is null and m.body_text ~ 'until it is paid', 'what is held is not invited to')
from tests.mail_about('booking', :held, 'booking.moved') as m;
select tests.act_as('anon');
select lives_ok(
    format($$select api.give_back_seats(%s, 1, 'the manage token of a test')$$, :sure),
    'a seat is given back'
);
select tests.act_as_nobody();
select ok(
    m.kind = 'change' and m.body_text ~ 'You have 1 now' and m.calendar ~ 'SEQUENCE:2',
    'seats that were given back'
)
from tests.mail_about('booking', :sure, 'booking.seats_given_back') as m;

-- Cancelled.
select tests.slot(tests.doctor(), capacity => 3) as slot \gset
select
    tests.booking(:slot, status => 'CONFIRMED') as sure, tests.booking(:slot) as held,
    tests.booking(:slot, status => 'CONFIRMED') as ours
\gset
update data.booking as b
set status = 'CANCELLED', cancelled_at = clock_timestamp(), cancellation_reason = 'a fever',
    cancelled_by = case b.id when :ours then data.canceller 'STAFF' else 'PATIENT' end
where b.id in (:sure, :held, :ours);
select ok(
    m.body_text ~ 'as you wished' and tests.ics_value(m.calendar, 'METHOD') = 'CANCEL'
    and tests.ics_value(m.calendar, 'STATUS') = 'CANCELLED'
    and tests.ics_value(m.calendar, 'SEQUENCE') = '1' and m.body_text !~ 'fever',
    'also in the calendar, without a word on why'
)
from tests.mail_about('booking', :sure, 'booking.cancelled') as m;
select is(m.calendar, null, 'where it was in one')
from tests.mail_about('booking', :held, 'booking.cancelled') as m;
select ok(m.body_text ~ 'the clinic has cancelled', 'it tells who did')
from tests.mail_about('booking', :ours, 'booking.cancelled') as m;

-- Run out.
select tests.booking(tests.slot(tests.doctor())) as id \gset
select tests.run_out(:id);
update data.booking set status = 'FAILED' where id = :id;
select results_eq(
    format($$select m.kind, m.subject, m.calendar
        from tests.mail_about('booking', %s, 'booking.expired') as m$$, :id),
    $$values ('expiry', 'Your booking has expired', null::text)$$, 'what was held is gone'
);

-- A day before.
select tests.booking(tests.slot(tests.doctor()), status => 'CONFIRMED') as id \gset
insert into data.change (entity, entity_id, event, actor_role, after)
select 'booking', b.id, 'booking.reminder', 'test', to_jsonb(b)
from data.booking as b where b.id = :id;
select results_eq(
    format($$select m.kind, m.subject, tests.ics_value(m.calendar, 'METHOD')
        from tests.mail_about('booking', %s, 'booking.reminder') as m$$, :id),
    $$values ('reminder', 'A reminder of your appointment', 'REQUEST')$$, 'there is a visit'
);

select * from finish();
rollback;
