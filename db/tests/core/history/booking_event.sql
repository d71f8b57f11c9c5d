begin;
select plan(11);

select tests.booking(tests.slot(tests.doctor())) as booking \gset
create function pg_temp.event_of(before jsonb, after jsonb) returns text
language sql
as $$
select core.booking_event(
    jsonb_populate_record(b, event_of.before), jsonb_populate_record(b, event_of.after)
)::text
from data.booking as b limit 1;
$$;
select is(pg_temp.event_of(c.before::jsonb, c.after::jsonb), c.event, c.after)
from (
    values
    ('{}', '{"reason": "a cough"}', null),
    ('{}', '{"status": "CONFIRMED"}', 'booking.confirmed'),
    ('{"status": "CHECKED_IN"}', '{"status": "CONFIRMED"}', null),
    ('{}', '{"status": "FAILED", "expires_at": "2000-01-01 00:00Z"}', 'booking.expired'),
    ('{}', '{"status": "FAILED"}', 'booking.declined'),
    ('{}', '{"status": "CANCELLED"}', 'booking.cancelled'),
    ('{}', '{"status": "CHECKED_IN"}', 'booking.checked_in'),
    ('{}', '{"status": "COMPLETED"}', 'booking.completed'),
    ('{}', '{"status": "NO_SHOW"}', 'booking.no_show'),
    ('{}', '{"slot_id": 0}', 'booking.moved'),
    ('{"seat_count": 2}', '{}', 'booking.seats_given_back')
) as c (before, after, event);

select * from finish();
rollback;
