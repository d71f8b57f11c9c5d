begin;
select plan(5);

select tests.act_as('admin', tests.account(role => 'admin'));
select id as plain, to_jsonb(c) - 'id' as shown from api.create_clinic('North') as c \gset
select is(
    :'shown'::jsonb,
    '{"name": "North", "time_zone": "UTC", "currency": "USD", "hold_seconds": 120,
        "payment_terms": "PREPAID", "booking_notice_minutes": 0, "booking_horizon_days": 365,
        "cancellation_notice_hours": 0, "unpaid_limit": 10, "overlap_allowed": true,
        "waitlist_offer_seconds": 900, "horizon_days": 60,
        "payment_provider": null}'::jsonb,
    'a clinic needs a name; the rest has defaults'
);
select is(
    (
        select to_jsonb(c) - 'id'
        from api.create_clinic(
            'South', 'Asia/Kolkata', 'INR', 'AT_VISIT', 60, 30, 90, 24, 3, false, 600, 30
        ) as c
    ),
    '{"name": "South", "time_zone": "Asia/Kolkata", "currency": "INR", "hold_seconds": 60,
        "payment_terms": "AT_VISIT", "booking_notice_minutes": 30, "booking_horizon_days": 90,
        "cancellation_notice_hours": 24, "unpaid_limit": 3, "overlap_allowed": false,
        "waitlist_offer_seconds": 600, "horizon_days": 30,
        "payment_provider": null}'::jsonb,
    'each policy may be given'
);
select throws_ok(
    'select api.create_clinic(''X'', ''EST5EDT'')', 'PT400', 'invalid_parameter',
    'in a zone that has a history'
);
select throws_ok(
    'select api.create_clinic(''X'', unpaid_limit => 0)', '23514', null, 'and in its range'
);
select is((api.get_clinic(:plain)).name, 'North', 'it is there');

select * from finish();
rollback;
