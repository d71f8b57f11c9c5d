begin;
select plan(12);

select tests.doctor() as doctor \gset
select
    tests.booking(tests.slot(:doctor), status => 'CONFIRMED') as confirmed,
    tests.booking(tests.slot(:doctor), status => 'COMPLETED') as completed,
    tests.booking(tests.slot(:doctor), status => 'CANCELLED') as cancelled,
    tests.slot(:doctor) as free
\gset
select is(
    tests.constraint_against(format('update data.booking set %s where id = %s', c.change, c.id)),
    c.refused_by, c.sentence
)
from (
    values
    (:confirmed, 'checked_in_at = now()', 'booking_facts_fit_status', 'who has not come did not'),
    (:completed, 'checked_in_at = null', 'booking_facts_fit_status', 'who was there came some time'),
    (:completed, 'completed_at = null', 'booking_facts_fit_status', 'and left some time'),
    (:completed, 'completed_at = checked_in_at - interval ''1 second''',
        'booking_facts_fit_status', 'not before'),
    (:completed, 'completed_at = checked_in_at', null, 'a visit may be short'),
    (:confirmed, 'cancelled_by = ''STAFF''', 'booking_facts_fit_status', 'what stands has no end'),
    (:confirmed, 'cancellation_reason = ''?''', 'booking_facts_fit_status', 'nor a reason of it'),
    (:cancelled, 'cancelled_by = ''STAFF'', cancellation_reason = ''?''', null,
        'what was cancelled may have both')
) as c (id, change, refused_by, sentence);

-- A new booking, which is right but for these values.
create function pg_temp.new_with(slot bigint, columns text, added text) returns text
language sql
as $$
select tests.constraint_against(format(
    'insert into data.booking (slot_id, doctor_id, slot_capacity, seats, status, patient_name,
        patient_email, manage_token_hash, amount, currency, expires_at, %s)
    select s.id, s.doctor_id, s.capacity, ''{[1,2)}'', ''PENDING'', ''Ann'', ''ann@example.com'',
        sha256(''''), 50, ''USD'', now() + interval ''1 hour'', %s
    from data.slot as s where s.id = %s', new_with.columns, new_with.added, new_with.slot
));
$$;
select is(pg_temp.new_with(:free, c.columns, c.added), c.refused_by, c.sentence)
from (
    values
    ('booked_by_role', '''admin''', null, 'a DBA may have made it'),
    ('booked_by_id', :'cancelled', 'booking_facts_fit_status', 'nobody makes it as nothing'),
    ('checked_in_at', 'now()', 'booking_facts_fit_status', 'nobody has come to what is new'),
    ('cancelled_by', '''STAFF''', 'booking_facts_fit_status', 'nor ended it')
) as c (columns, added, refused_by, sentence);

select * from finish();
rollback;
