begin;
select plan(1);

select tests.booking(tests.slot(tests.doctor()), status => 'CONFIRMED') as id \gset
insert into data.change (entity, entity_id, event, actor_role, after)
select 'booking', b.id, 'booking.reminder', 'test', to_jsonb(b) from data.booking as b;
select results_eq(
    format($$select m.kind, m.subject, tests.ics_value(m.calendar, 'METHOD')
        from tests.mail_about('booking', %s, 'booking.reminder') as m$$, :id),
    $$values ('reminder', 'A reminder of your appointment', 'REQUEST')$$, 'there is a visit'
);

select * from finish();
rollback;
