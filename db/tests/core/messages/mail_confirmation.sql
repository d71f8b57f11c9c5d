begin;
select plan(3);

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
select ok(m.body_text ~ '\n\nTo be paid: 50.00 USD.\n', 'with what is to be paid')
from tests.mail_about('booking', :unpaid, 'booking.confirmed') as m;
select ok(m.body_text !~ 'paid', 'where something is')
from tests.mail_about('booking', :paid, 'booking.confirmed') as m;

select * from finish();
rollback;
