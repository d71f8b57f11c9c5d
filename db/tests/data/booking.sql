-- What no booking can be, whoever writes it.
begin;
select plan(45);

select tests.account() as ann \gset
select tests.doctor() as doctor \gset
select
    tests.slot(:doctor, capacity => 4) as slot,
    tests.slot(:doctor) as other,
    tests.slot(tests.doctor()) as deleted
\gset
update data.slot as s set deleted_at = clock_timestamp() where s.id = :deleted;

-- A statement that inserts a proper booking of seat 1, save for the columns that are given.
create function pg_temp.booking(columns jsonb default '{}') returns text
language sql
as $$
select format(
    'insert into data.booking (%s) values (%s)', string_agg(quote_ident(c.key), ', '),
    string_agg(coalesce(quote_literal(c.value), 'null'), ', ')
)
from jsonb_each_text(
    jsonb_build_object(
        'doctor_id', coalesce(
            (select s.doctor_id from data.slot as s where s.id = (columns ->> 'slot_id')::bigint), 0
        ),
        'slot_capacity', 4, 'patient_name', 'Ann', 'patient_email', 'ann@example.com',
        'seats', '{[1,2)}', 'status', 'PENDING', 'amount', 50, 'currency', 'USD',
        'manage_token_hash', sha256(''), 'created_at', clock_timestamp(),
        'expires_at', clock_timestamp() + interval '1 minute'
    ) || columns
) as c
$$;
create function pg_temp.against(columns jsonb) returns text
language sql
as $$
select tests.constraint_against(pg_temp.booking(columns))
$$;
create function pg_temp.in_slot(columns text default '{}') returns jsonb
language sql stable
as $$
select jsonb_build_object('slot_id', min(s.id)) || columns::jsonb from data.slot as s
where s.capacity = 4
$$;

select is(pg_temp.against(pg_temp.in_slot()), null, 'a proper booking passes');
select is(pg_temp.against(pg_temp.in_slot(b.columns)), b.refused_by, b.sentence)
from (
    values
    ('{"seats": "{[4,5)}"}', null, 'so does one of the last seat'),
    ('{"seats": "{[1,2),[3,5)}", "seat_count": 3}', null,
        'and one of seats that are not side by side'),
    ('{"seats": "{[5,6)}"}', 'booking_fits_slot', 'but none beyond the capacity'),
    ('{"seats": "{[1,2),[3,4)}", "seat_count": 3}', 'booking_seats_counted',
        'which it must count'),
    ('{"seats": "{[1,6)}", "seat_count": 5}', 'booking_fits_slot',
        'nor of more seats than there are'),
    ('{"seats": "{[0,1)}"}', 'booking_fits_slot', 'nor of a seat before the first'),
    ('{"seats": "{}"}', 'seat_set_bounded', 'nor of none'),
    ('{"seats": "{(,2)}"}', 'seat_set_bounded', 'nor of all up to one'),
    ('{"seats": "{[1,)}"}', 'seat_set_bounded', 'nor of all from one on'),
    ('{"slot_capacity": 9, "seats": "{[5,6)}"}', 'booking_slot_fkey',
        'it cannot pretend another capacity'),
    ('{"doctor_id": 0}', 'booking_slot_fkey', 'nor another doctor'),
    ('{"slot_open": false}', 'booking_fits_slot', 'nor that the slot is closed'),
    ('{"slot_id": 0}', 'booking_slot_fkey', 'it has a slot'),
    ('{"amount": -0.01}', 'money_range', 'the amount is not negative'),
    ('{"amount": "NaN"}', 'money_range', 'it is a number'),
    ('{"currency": "usd"}', 'currency_form', 'the currency is a code'),
    ('{"manage_token_hash": null}', 'booking_one_owner', 'a guest''s booking has a manage token'),
    ('{"manage_token_hash": "\\\\x00"}', 'token_hash_length', 'of which a SHA-256 is kept'),
    ('{"expires_at": null}', 'booking_facts_fit_status', 'what is held has an end'),
    ('{"expires_at": "2000-01-01 00:00Z"}', 'booking_expires_after_created',
        'which is not before it began'),
    ('{"status": "CONFIRMED", "amount": 0}', 'booking_facts_fit_status',
        'what is confirmed tells when'),
    ('{"cancelled_at": "2100-01-01 00:00Z"}', 'booking_facts_fit_status',
        'what is not cancelled was not'),
    ('{"patient_name": " "}', 'label_visible', 'a patient has a name'),
    ('{"patient_email": "ann"}', 'email_form', 'and an address'),
    ('{"patient_phone": "call me"}', 'phone_form', 'and no nonsense for a number')
) as b (columns, refused_by, sentence);
select is(
    pg_temp.against(pg_temp.in_slot(format('{"account_id": %s}', :ann))), 'booking_one_owner',
    'an account''s booking has no manage token'
);
select is(
    pg_temp.against(pg_temp.in_slot('{"account_id": 0, "manage_token_hash": null}')),
    'booking_account_fkey',
    'it has an account'
);
select is(
    pg_temp.against(jsonb_build_object('slot_id', :deleted, 'slot_capacity', 1)),
    'booking_slot_fkey',
    'a deleted slot has no new booking'
);
select is(
    pg_temp.against(jsonb_build_object('slot_id', :deleted, 'slot_capacity', 1, 'slot_open',
        false)),
    'booking_fits_slot', 'in no way'
);

select is(
    tests.constraint_against(format('update data.booking set %s where id = %s', c.change, b.id)),
    'booking_facts_fit_status', c.sentence
)
from (
    values
    ('CONFIRMED', 'checked_in_at = now()', 'who has not come did not'),
    ('CHECKED_IN', 'checked_in_at = null', 'who is there came some time'),
    ('CHECKED_IN', 'completed_at = now()', 'what goes on is not over'),
    ('COMPLETED', 'completed_at = null', 'what is over ended some time'),
    ('COMPLETED', 'completed_at = checked_in_at - interval ''1 second''', 'not before it began')
) as c (status, change, sentence)
cross join lateral (
    select tests.booking(tests.slot(tests.doctor()), status => c.status) as id
) as b;

-- A seat is sold once.
select
    tests.booking(:slot) as held,
    tests.booking(:slot, status => 'CONFIRMED') as paid,
    tests.booking(:slot, status => 'CHECKED_IN') as there,
    tests.booking(:slot, status => 'CANCELLED') as cancelled
\gset
select is(
    pg_temp.against(pg_temp.in_slot(
        format('{"seats": "{%s}", "seat_count": %s}', s.seats, upper(s.seats) - lower(s.seats))
    )),
    'booking_seat_sold_once',
    format('nobody sells the seats %s again', s.seats)
)
from (
    values (int4range '[1,2)'), ('[2,3)'), ('[3,4)'), ('[3,5)')
) as s (seats);
select is(
    pg_temp.against(pg_temp.in_slot('{"seats": "{[4,5)}"}')), null,
    'a cancelled seat may be sold again'
);
select is(
    tests.constraint_against(format('update data.booking set seats = ''{[1,2)}''
        where id = %s', :paid)),
    'booking_seat_sold_once', 'nobody is given the seat of another'
);
select tests.booking(:other) as elsewhere \gset
select is(
    tests.constraint_against(format(
        'update data.booking set slot_id = %s, slot_capacity = 4 where id = %s', :slot, :elsewhere
    )),
    'booking_seat_sold_once', 'hole 3: nobody is moved onto the seat of another'
);
select is(
    tests.constraint_against(format(
        'update data.booking set slot_id = %s, slot_capacity = 4, seats = ''{[4,5)}''
            where id = %s',
        :slot, :elsewhere
    )),
    null, 'but onto a free one'
);

-- A key makes one booking.
select
    pg_temp.booking(
        pg_temp.in_slot('{"seats": "{[4,5)}"}')
        || jsonb_build_object('idempotency_key_hash', sha256('key'))
    ) as keyed
\gset
:keyed;
update data.booking as b set status = 'CANCELLED', cancelled_at = clock_timestamp()
where b.idempotency_key_hash is not null;
select is(
    tests.constraint_against(:'keyed'), 'booking_idempotency_key',
    'hole 12: one idempotency key makes one booking, whatever became of it'
);

-- How readers look for the live bookings of slots, whatever a table of a few rows costs to read.
set local enable_seqscan = off;
create function pg_temp.plan() returns text
language plpgsql
as $$
declare
    v_plan json;
begin
    explain (format json) select (
        select sum(b.seat_count) from data.booking as b
        where b.slot_id = s.id and core.holds_seats(b.status)
    )
    from data.slot as s into v_plan;
    return v_plan;
end;
$$;
select alike(
    pg_temp.plan(), '%"booking_seats_held_idx"%',
    'by the B-tree of those that hold seats, not by the index of the constraint, which is slower'
);

select * from finish();
rollback;
