begin;
select plan(9);

select tests.account(name => 'Zoe Canary') as zoe \gset
select tests.doctor(name => 'Dr. Canary') as doctor \gset
select tests.slot(:doctor, '2030-01-15 09:00+00', capacity => 3) as slot \gset
select tests.booking(
    :slot, seats => 2, status => 'CONFIRMED', patient_name => 'Ann Canary',
    patient_email => 'canary@example.com'
) as booking
\gset
update data.booking as b set reason = 'canary', patient_phone = '+1 555 0100' where b.id = :booking;
select c.id as held, core.event_document(c) as document
from tests.changes() as c where c.event = 'booking.held' and c.entity_id = :booking \gset
select is(
    :'document'::jsonb - 'made_at',
    jsonb_build_object(
        'id', :held, 'event', 'booking.held', 'entity', 'booking', 'entity_id', :booking, 'booking',
        jsonb_build_object(
            'id', :booking, 'clinic_id', core.default_clinic(), 'doctor_id', :doctor,
            'slot_id', :slot, 'start_time', '2030-01-15T09:00:00+00:00',
            'end_time', '2030-01-15T09:30:00+00:00', 'seats', 2, 'status', 'PENDING'
        )
    ),
    'what happened, as it was right after that, by ids and times'
);
select matches(:'document'::jsonb ->> 'made_at', '\+00:00$', 'in UTC, whatever the session has');
set local timezone = 'Asia/Tokyo';
select is(
    (select core.event_document(c) from tests.changes() as c where c.id = :held),
    :'document'::jsonb, 'each time the same'
);
select tests.slot(:doctor) as other \gset
select tests.booking(:other, patient_name => 'Ann Canary') as moved \gset
select core.owe_refund(array[:booking]::bigint[], 'A canary', 12.5);
select tests.waitlist_entry(:slot, account => :zoe, patient_name => 'Zoe Canary') as entry \gset
update data.waitlist_entry as w set booking_id = :moved where w.id = :entry;
select is(
    (select core.event_document(c) -> 'booking' ->> 'id' from tests.changes() as c
    where c.entity = 'waitlist_entry' and c.event = 'waitlist.offered'),
    :'moved'::text, 'an offer is about the booking that is offered'
);
select is_empty(
    $$select c.event, core.event_document(c) from tests.changes() as c
      where core.event_document(c)::text ~* 'canary|\+1 555|token|hash'$$,
    'neither names nor addresses nor reasons nor tokens'
);
select is_empty(
    $$select c.id from tests.changes() as c
      where c.event is not null and core.event_document(c) -> 'booking' ->> 'slot_id' is null$$,
    'all are about a booking of a slot'
);
update data.change as c set booking_before = null, booking_after = null where c.id = :held;
select is(
    (select core.event_document(c) -> 'booking' ->> 'id' from tests.changes() as c
    where c.id = :held),
    :'booking'::text, 'after an erasure it still says what happened to which'
);
select results_eq(
    $$select core.event_document(c) -> 'booking' ->> 'id',
    core.event_document(c) #>> '{refund,amount}'
      from tests.changes() as c where c.event = 'refund.due'$$,
    format('values (%L, %L)', :booking, '12.50'), 'a refund says of which booking and how much'
);
select tests.provider('acme') as secret,
tests.payment(tests.booking(tests.slot(:doctor)), provider => 'acme') as payment
\gset
select tests.report('acme', :'secret', 'e', :payment, currency => 'JPY');
select results_eq(
    format(
        $$select (core.event_document(c) -> 'refund') - 'id'
          from tests.changes() as c join data.refund as f on f.id = c.entity_id
          where c.event = 'refund.due' and f.payment_id = %s$$, :payment
    ),
    $$values ('{"amount": 50.00, "currency": "JPY"}'::jsonb)$$, 'in the currency that was paid'
);

select * from finish();
rollback;
