begin;
select plan(8);

select tests.slot(tests.doctor(), capacity => 9) as slot \gset

-- What refuses a new booking with such values; null where nothing does.
create function pg_temp.against(
    slot bigint, status text, amount numeric, terms text, seats text, count integer
) returns text
language sql
as $$
select tests.constraint_against(format(
    'insert into data.booking (slot_id, doctor_id, slot_capacity, seats, seat_count, status,
        patient_name, patient_email, manage_token_hash, amount, currency, payment_terms,
        expires_at, confirmed_at)
    select s.id, s.doctor_id, s.capacity, %L, %s, %L, ''Ann'', ''ann@example.com'', sha256(''''),
        %s, ''USD'', %L, now() + interval ''1 hour'', now()
    from data.slot as s where s.id = %s',
    against.seats, against.count, against.status, against.amount, against.terms, against.slot
));
$$;
select is(
    pg_temp.against(:slot, c.status, c.amount, c.terms, c.seats, c.count), c.refused_by, c.sentence
)
from (
    values
    ('PENDING', 50, 'PREPAID', '{[1,3)}', 2, null, 'a booking is held until it is paid'),
    ('CONFIRMED', 50, 'PREPAID', '{[1,3)}', 2, 'booking_status_machine', 'not confirmed before'),
    ('CONFIRMED', 0, 'PREPAID', '{[1,3)}', 2, null, 'unless nothing is to pay'),
    ('CONFIRMED', 50, 'AT_VISIT', '{[1,3)}', 2, null, 'or not yet'),
    ('COMPLETED', 0, 'AT_VISIT', '{[1,3)}', 2, 'booking_status_machine', 'no visit begins over'),
    ('PENDING', 50, 'PREPAID', '{[1,2),[4,6)}', 3, null, 'seats may lie apart'),
    ('PENDING', 50, 'PREPAID', '{[1,2),[4,6)}', 2, 'booking_seats_counted', 'and are counted'),
    ('PENDING', 50, 'PREPAID', '{[1,3)}', 3, 'booking_seats_counted', 'as those side by side are')
) as c (status, amount, terms, seats, count, refused_by, sentence);

select * from finish();
rollback;
