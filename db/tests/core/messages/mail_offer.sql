begin;
select plan(2);

select tests.doctor(clinic => tests.clinic(time_zone => 'Asia/Tokyo')) as doctor \gset
select tests.slot(:doctor) as slot \gset
select tests.booking(:slot, status => 'CONFIRMED') as first \gset
select tests.waitlist_entry(:slot, patient_email => 'bob@example.com') as entry \gset
update data.booking set status = 'CANCELLED', cancelled_at = clock_timestamp() where id = :first;
select core.offer_seats(array[:slot]);
select w.booking_id as offer from data.waitlist_entry as w where w.id = :entry \gset
select results_eq(
    format($$select m.kind, m.booking_id, m.to_address::text, m.calendar
        from tests.mail_about('waitlist_entry', %s, 'waitlist.offered') as m$$, :entry),
    format($$values ('offer', %s::bigint, 'bob@example.com', null::text)$$, :offer),
    'to whoever waited'
);
select ok(
    strpos(
        m.body_text, to_char(b.expires_at at time zone 'Asia/Tokyo', 'HH24:MI" (Asia/Tokyo)."')
    ) > 0,
    'with the time until when'
)
from tests.mail_about('waitlist_entry', :entry, 'waitlist.offered') as m, data.booking as b
where b.id = :offer;

select * from finish();
rollback;
