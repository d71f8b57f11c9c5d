begin;
select plan(15);

create function pg_temp.said(id bigint, event text) returns text
language sql
return (
    select core.say_payment(c) from tests.changes() as c
    where c.entity = 'booking' and c.entity_id = said.id and c.event::text = said.event
);
select tests.clinic() as clinic \gset
update data.clinic set cancellation_notice_hours = 24 where id = :clinic;
select tests.doctor(clinic => :clinic) as doctor \gset
select
    tests.slot(:doctor, clock_timestamp() + interval '3 days', capacity => 9) as later,
    tests.slot(:doctor, clock_timestamp() + interval '3 hours', capacity => 99) as soon
\gset
select
    tests.booking(:later, seats => 2, status => 'CONFIRMED') as in_time,
    tests.booking(:soon, status => 'CONFIRMED') as late,
    tests.booking(:soon, status => 'CONFIRMED') as ours,
    tests.booking(:later, seats => 2, status => 'CONFIRMED') as fewer,
    tests.booking(:later) as unpaid
\gset
update data.booking set cancellation_notice_hours = 24;
select is(pg_temp.said(:in_time, 'booking.confirmed'), 'Paid: 100.00 USD.', 'what was paid');
select tests.act_as('anon');
select lives_ok(
    format('select api.cancel_booking(%s, manage_token => %L)', b.id, 'the manage token of a test'),
    'it is cancelled'
)
from (values (:in_time), (:late), (:unpaid)) as b (id);
select api.give_back_seats(:fewer, 1, 'the manage token of a test') \g /dev/null
select api.cancel_booking(:fewer, manage_token => 'the manage token of a test') \g /dev/null
select tests.act_as_nobody();
select core.release_bookings(array[:ours], 'CANCELLED', refund => true);
select is(pg_temp.said(b.id, 'booking.cancelled'), b.said, b.why)
from (
    values
    (:in_time, 'What was paid will be paid back: 100.00 USD.', 'in time'),
    (
        :late, 'Nothing is paid back: it was cancelled or moved less than 24 h before its start.',
        'too late'
    ),
    (:ours, 'What was paid will be paid back: 50.00 USD.', 'by the clinic it never is'),
    (:fewer, 'What was paid will be paid back: 50.00 USD.', 'not what was owed before'),
    (:unpaid, null, 'nor what was not paid')
) as b (id, said, why);

-- Fewer seats, or another time: what becomes of the money is told with it.
select
    tests.booking(:later, seats => 2, status => 'CONFIRMED') as fewer_in_time,
    tests.booking(:soon, seats => 2, status => 'CONFIRMED') as fewer_late,
    tests.booking(:later, status => 'CONFIRMED') as moved_in_time,
    tests.booking(:soon, status => 'CONFIRMED') as moved_late
\gset
update data.booking set cancellation_notice_hours = 24;
select tests.act_as('anon');
select api.give_back_seats(b.id, 1, 'the manage token of a test')
from (values (:fewer_in_time), (:fewer_late)) as b (id) \g /dev/null
select api.reschedule_booking(b.id, b.slot_id, 'the manage token of a test')
from (values (:moved_in_time, :soon), (:moved_late, :later)) as b (id, slot_id) \g /dev/null
select tests.act_as_nobody();
select is(pg_temp.said(b.id, b.event), b.said, b.why)
from (
    values
    (
        :fewer_in_time, 'booking.seats_given_back',
        'Their share of what was paid will be paid back: 50.00 USD.', 'seats in time'
    ),
    (
        :fewer_late, 'booking.seats_given_back',
        'Nothing is paid back: they were given back, or it was moved, less than 24 h before its '
            || 'start.',
        'seats too late'
    ),
    (:moved_in_time, 'booking.moved', null, 'moved in time'),
    (
        :moved_late, 'booking.moved',
        'It was moved less than 24 h before its start: cancelling it pays nothing back.',
        'moved too late'
    )
) as b (id, event, said, why);
-- A mail that is written late tells what was so then: the clinic cancels what is left.
select core.release_bookings(array[:fewer_late], 'CANCELLED', refund => true);
update data.change as c set xid = '3'
where c.entity = 'refund' and c.entity_id in (
    select f.id from data.refund as f join data.payment as p on p.id = f.payment_id
    where p.booking_id = :fewer_late
);
select matches(
    pg_temp.said(:fewer_late, 'booking.seats_given_back'), '^Nothing is paid back',
    'whatever was owed since'
);
select ok(m.body_text ~ 'cancelling it pays nothing back', 'and it is mailed')
from tests.mail_about('booking', :moved_late, 'booking.moved') as m;

select * from finish();
rollback;
