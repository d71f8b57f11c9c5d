-- All of this as a superuser, who gets past grants but not past this.
begin;
select plan(13);

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
    ('cancellation_notice_hours = 1'),
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

select * from finish();
rollback;
