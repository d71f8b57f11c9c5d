-- All of this as a superuser, who gets past grants but not past this.
begin;
select plan(30);

select tests.account() as ann, tests.account() as bob \gset
select tests.slot(tests.doctor(), capacity => 200) as slot \gset
select tests.booking(:slot, :ann) as anns \gset
\set change 'update data.booking set %s where id = ' :anns
select
    is(
        tests.constraint_against(format(:'change', c.change)), 'booking_frozen',
        format('nobody sets %s', c.change)
    )
from (
    values
    ('account_id = ' || :bob), ('account_id = null, manage_token_hash = sha256('''')'),
    ('amount = 49.99'),
    ('seat_count = 2, seats = ''{[50,52)}'''), ('currency = ''EUR'''),
    ('cancellation_notice_hours = 1'), ('payment_terms = ''AT_VISIT'''),
    ('booked_by_role = ''admin'''), (format('booked_by_id = %s, booked_by_role = ''clerk''', :bob)),
    ('created_at = created_at - interval ''1 second''')
) as c (change);
select
    is(
        tests.constraint_against(format(:'change', c.change)), 'booking_seats_counted',
        format('nobody sets %s', c.change)
    )
from (
    values ('seats = seats + ''{[3,4)}'''), ('seat_count = 2'), ('seats = ''{[50,51),[52,53)}''')
) as c (change);
select is(
    tests.constraint_against(format(:'change', 'seats = ''{[199,200)}''')), null,
    'as many other seats are no matter'
);
select throws_ok(
    format(:'change', 'id = 1000000'), '428C9', null, 'nobody gives a booking another id'
);
select is(
    tests.constraint_against(format(:'change', 'patient_name = ''Anne'', reason = ''a cough''')),
    null,
    'the name may be corrected'
);


-- What was taken for it is one clinic's.
select tests.doctor() as other_doctor \gset
select tests.slot(:other_doctor) as other_slot \gset
\set other 'slot_capacity = 1, slot_id = %s, doctor_id = %s'
select is(
    tests.constraint_against(
        format(:'change', format(:'other', :other_slot, :other_doctor))
    ),
    'booking_frozen', 'nobody gives a booking to another doctor'
);

-- A guest's booking may become somebody's, and nobody's no more.
select tests.booking(:slot) as guests \gset
\set claim 'update data.booking set account_id = %s where id = ' :guests
select is(
    tests.constraint_against(format(:'claim', :bob)), 'booking_one_owner',
    'not while its token lives'
);
select is(
    tests.constraint_against(format(:'claim', :bob || ', manage_token_hash = null')), null,
    'a guest''s booking becomes an account''s'
);

-- Seats may be given back, and with them what nobody has paid.
select
    tests.booking(:slot, seats => 3) as open,
    tests.booking(:slot, seats => 3) as opened,
    tests.booking(:slot, seats => 3, status => 'CONFIRMED') as paid
\gset
select tests.payment(:opened) as payment \gset
create function pg_temp.refusal(booking bigint, change text) returns text
language sql
as $$
select tests.constraint_against(
    format('update data.booking set %s where id = %s', change, booking)
);
$$;
select
    is(pg_temp.refusal(c.booking, c.change), c.refused_by, c.sentence)
from (
    select b.id, format(
        'seat_count = 2, seats = int4multirange(int4range(%1$s, %1$s + 2)), amount = %%s',
        lower(b.seats)
    ) as two,
    format(
        'seat_count = 4, seats = int4multirange(int4range(%1$s, %1$s + 4)), amount = %%s',
        lower(b.seats) + 100
    ) as four
    from data.booking as b
) as b
cross join lateral (
    values
    (:open, format(b.two, 100), null, 'two of three seats cost two thirds'),
    (:open, format(b.two, 150), null, 'or as much as before'),
    (:open, format(b.two, 50), 'booking_frozen', 'not less'),
    (:open, format(b.two, 149.99), 'booking_frozen', 'nor anything between'),
    (:open, format(b.two, 151), 'booking_frozen', 'let alone more'),
    (:open, format(b.four, 200), 'booking_frozen', 'there are never more seats'),
    (:open, format(b.four, 150), 'booking_frozen', 'not for the same money either'),
    (:paid, format(b.two, 150), null, 'seats that were paid may be given back'),
    (:paid, format(b.two, 100), 'booking_frozen', 'which changes no amount that was paid'),
    (:opened, format(b.two, 100), 'booking_frozen', 'nor one that is being paid')
) as c (booking, change, refused_by, sentence)
where b.id = c.booking;
update data.payment set status = 'CANCELLED', settled_at = clock_timestamp() where id = :payment;
select is(
    pg_temp.refusal(
        :opened,
        (
            select format('seat_count = 1, seats = ''{[%s,%s)}'', amount = 50',
                lower(b.seats), lower(b.seats) + 1)
            from data.booking as b where b.id = :opened
        )
    ),
    null, 'but one whose payment was closed'
);

select * from finish();
rollback;
