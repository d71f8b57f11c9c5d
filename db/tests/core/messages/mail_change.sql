begin;
select plan(4);

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

select * from finish();
rollback;
