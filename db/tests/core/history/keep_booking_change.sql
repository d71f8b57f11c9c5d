begin;
select plan(7);

-- Every column has a value of its own: none can be kept in the place of another one. What a booking
-- may say is not the question here.
select tests.slot(tests.doctor(), capacity => 60) as slot \gset
alter table data.booking disable trigger all, enable trigger keep_change;
insert into data.booking (
    id, slot_id, doctor_id, slot_capacity, slot_open, seats, seat_count, status, account_id,
    manage_token_hash, idempotency_key_hash, patient_name, patient_email, patient_phone, reason,
    amount, currency, cancellation_notice_hours, refund_forfeited, created_at, expires_at,
    confirmed_at, cancelled_at, payment_terms, booked_by_id, booked_by_role, checked_in_at,
    completed_at, cancelled_by, cancellation_reason, priced_seats, revision
)
overriding system value
values (
    101, 102, 103, 104, true, '{[5,6)}', 7, 'CONFIRMED', 108, sha256('t'), sha256('k'), 'Ann',
    'ann@example.com', '+49 1', 'a cough', 9.5, 'EUR', 10, false, '2001-01-01', '2002-01-01',
    '2003-01-01', '2004-01-01', 'AT_VISIT', 111, 'clerk', '2005-01-01', '2006-01-01', 'STAFF',
    'the flu', 12, 13
);
update data.booking as b
set (
    slot_id, status, patient_name, reason, amount, currency, refund_forfeited, expires_at,
    confirmed_at, revision
) = (
    202, 'PENDING', 'Bo', null, 8.5, 'CHF', true, '2012-01-01', null, 14
)
where b.id = 101;

create temp view said as
select p.*
from data.change as c cross join lateral core.plain_change(c) as p
where c.entity = 'booking' and c.entity_id = 101;
select is(
    (select count(distinct f.value) from jsonb_each(s.after) as f),
    (select count(*) from jsonb_object_keys(s.after)),
    'the values differ'
)
from said as s where s.before is null;
select set_eq(
    $$select f.key from said as s, jsonb_object_keys(s.after) as f (key) where s.before is null$$,
    $$select a.attname::text
      from pg_attribute as a
      where a.attrelid = 'data.booking'::regclass and a.attnum > 0 and not a.attisdropped
          and core.without_secrets(jsonb_build_object(a.attname, 'x')) <> '{}'$$,
    'a new booking is kept with every column, but for secrets and what follows from the rest'
);
select is(s.after, core.without_secrets(to_jsonb(b)), 'a changed one as it became')
from said as s, data.booking as b where b.id = 101 and s.before is not null;
select is(s.before, o.after, 'and as it was')
from said as s, said as o where s.before is not null and o.before is null;
select is_empty('select from said as s where s.after = s.before', 'which is not the same');
select results_eq(
    $$select c.event::text, num_nonnulls(c.before, c.after),
          num_nonnulls(c.booking_before, c.booking_after)
      from data.change as c where c.entity = 'booking' order by c.id$$,
    $$values ('booking.confirmed', 0, 1), ('booking.held', 0, 2)$$,
    'in its own form alone, with what is announced'
);

alter table data.booking enable trigger all;
select tests.booking(:slot) as held \gset
select is(
    (select c.event::text from data.change as c where c.entity_id = :held and c.entity = 'booking'),
    'booking.held', 'a new one is held'
);
select * from finish();
rollback;
