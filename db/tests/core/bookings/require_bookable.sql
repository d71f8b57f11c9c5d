begin;
select plan(10);

select tests.clinic() as clinic \gset
update data.clinic
set booking_notice_minutes = 60, booking_horizon_days = 10, unpaid_limit = 1,
    overlap_allowed = false
where id = :clinic;
select tests.doctor(clinic => :clinic) as doctor, tests.doctor() as elsewhere \gset
select
    tests.slot(:doctor, now() - interval '1 minute') as past,
    tests.slot(:doctor, now() + interval '59 minutes') as soon,
    tests.slot(:doctor, now() + interval '5 days') as bookable,
    tests.slot(:doctor, now() + interval '10 days 1 minute') as far,
    tests.slot(:elsewhere, now() + interval '5 days') as same_time,
    tests.slot(:elsewhere, now() + interval '6 days') as other_time
\gset
select tests.booking(:same_time, patient_email => 'bob@example.com'),
    tests.booking(:other_time, patient_email => 'cid@example.com') \gset _

create function pg_temp.answer(slot bigint, owner text, by_staff boolean) returns text
language sql
as $$
select split_part(tests.refusal_of(format(
    'select core.require_bookable(%s, %L, %L, clock_timestamp())', slot, owner, by_staff
)), ' ', 2);
$$;
select is(pg_temp.answer(c.slot, c.owner, c.by_staff), c.refusal, c.sentence)
from (
    values
    (:bookable, 'ann@example.com', false, null, 'a slot in time is for everybody'),
    (:past, 'ann@example.com', false, 'slot_in_past', 'one that has started for nobody'),
    (:past, 'ann@example.com', true, 'slot_in_past', 'staff included'),
    (:soon, 'ann@example.com', false, 'outside_booking_window', 'one that is near for no patient'),
    (:soon, 'ann@example.com', true, null, 'but for staff'),
    (:far, 'ann@example.com', false, 'outside_booking_window', 'one that is far for no patient'),
    (:far, 'ann@example.com', true, null, 'but for staff'),
    (:bookable, 'cid@example.com', false, 'too_many_unpaid', 'nobody has more than the limit'),
    (:bookable, 'cid@example.com', true, null, 'unless staff books it'),
    (:bookable, 'bob@example.com', true, 'overlaps_own_booking', 'nobody is at two places at once')
) as c (slot, owner, by_staff, refusal, sentence);

select * from finish();
rollback;
