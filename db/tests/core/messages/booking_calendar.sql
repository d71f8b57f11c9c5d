begin;
select plan(11);

update data.setting set mail_address = 'desk@example.org';
select tests.clinic(name => U&'A;B, "C^n"', time_zone => 'Europe/Paris') as clinic \gset
select tests.doctor(name => 'Dr. O;Neill, Zoë', clinic => :clinic, city => 'Rome') as doctor \gset
select
    tests.slot(:doctor, '2100-07-01 10:00Z') as slot,
    tests.slot(:doctor, '2100-12-01 10:00Z') as later
\gset
select tests.booking(:slot, status => 'CONFIRMED', patient_email => 'a;b@example.com') as id \gset
update data.booking set reason = 'a cough' where id = :id;
select core.booking_calendar(:id, :slot, 'REQUEST', 'CONFIRMED', 0) as calendar \gset

select is(tests.ics_value(:'calendar', p.property), p.value, p.property)
from (
    values
    ('METHOD', 'REQUEST'),
    ('UID', core.ics_uid('booking', :id)),
    ('SEQUENCE', '0'),
    ('DTEND', 'TZID=Europe/Paris:21000701T123000'),
    ('SUMMARY', 'Appointment: Dr. O\;Neill\, Zoë'),
    ('LOCATION', 'A\;B\, "C^n"\, Rome'),
    ('STATUS', 'CONFIRMED'),
    ('ORGANIZER', 'CN="A;B, ''Cn''":mailto:desk@example.org'),
    ('ATTENDEE', 'PARTSTAT=ACCEPTED:mailto:a%3Bb@example.com')
) as p (property, value);
update data.booking set slot_id = :later where id = :id;
update data.booking set status = 'CANCELLED', cancelled_at = clock_timestamp() where id = :id;
select results_eq(
    format($$select tests.ics_value(core.booking_calendar(%s, %s, 'PUBLISH', 'CONFIRMED',
            (c.after ->> 'revision')::integer), 'SEQUENCE')
        from tests.changes() as c
        where c.entity = 'booking' and c.entity_id = %1$s
            and c.event in ('booking.confirmed', 'booking.moved', 'booking.cancelled')
        order by c.id$$, :id, :slot),
    '{0,1,2}'::text[], 'what follows has a higher sequence'
);
select ok(
    :'calendar' !~ 'cough'
    and core.booking_calendar(:id, :slot, 'PUBLISH', 'CONFIRMED', 2)
    !~ 'ATTENDEE|ORGANIZER|example',
    'a reason stands nowhere, an address only where somebody is invited'
);

select * from finish();
rollback;
