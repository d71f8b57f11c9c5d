begin;
select plan(3);

select tests.clinic('North', 'Europe/Paris', 'EUR', 90, 24) as north \gset

select tests.act_as('anon');
select results_eq(
    format('select to_jsonb(c) - ''id'' from api.get_clinic(%s) as c', :north),
    $$values ('{"name": "North", "time_zone": "Europe/Paris", "currency": "EUR",
        "hold_seconds": 90, "payment_terms": "PREPAID", "booking_notice_minutes": 0,
        "booking_horizon_days": 365, "cancellation_notice_hours": 24, "unpaid_limit": 10,
        "overlap_allowed": true, "waitlist_offer_seconds": 900, "horizon_days": 60,
        "payment_provider": null}'::jsonb)$$,
    'anybody sees a clinic, its zone and its terms'
);
select throws_ok(
    'select api.get_clinic(0)', 'PT404', 'clinic_not_found', 'one that does not exist is not found'
);
select tests.act_as('patient', tests.account());
select is((api.get_clinic(:north)).name, 'North', 'so does who is logged in');

select * from finish();
rollback;
