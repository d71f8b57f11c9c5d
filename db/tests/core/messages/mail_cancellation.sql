begin;
select plan(3);

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

select * from finish();
rollback;
