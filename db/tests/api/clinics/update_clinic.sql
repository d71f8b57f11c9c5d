begin;
select plan(11);

select tests.clinic('North', 'Europe/Paris', 'EUR') as clinic,
    tests.account(role => 'admin') as eve \gset
select tests.doctor(clinic => :clinic) as doctor \gset
select tests.slot(:doctor) as slot \gset
select tests.booking(:slot, status => 'CONFIRMED') as booking \gset
select to_jsonb(b) as before from data.booking as b where b.id = :booking \gset
\set change 'select api.update_clinic(' :clinic ', %s)'

select tests.act_as('admin', :eve);
select is(
    (
        select to_jsonb(c) - 'id'
        from api.update_clinic(
            :clinic, 'South', 'Europe/Paris', 'CHF', 'AT_VISIT', 60, 30, 90, 24, 3, false, 600, 30
        ) as c
    ),
    '{"name": "South", "time_zone": "Europe/Paris", "currency": "CHF", "hold_seconds": 60,
        "payment_terms": "AT_VISIT", "booking_notice_minutes": 30, "booking_horizon_days": 90,
        "cancellation_notice_hours": 24, "unpaid_limit": 3, "overlap_allowed": false,
        "waitlist_offer_seconds": 600, "horizon_days": 30,
        "payment_provider": null}'::jsonb,
    'everything may be given'
);
select to_jsonb(c) as shown from api.get_clinic(:clinic) as c \gset
select is(
    (select to_jsonb(c) from api.update_clinic(:clinic) as c), :'shown'::jsonb,
    'what is not given stays as it is'
);
select is(
    (api.update_clinic(:clinic, unpaid_limit => 4)).unpaid_limit::integer, 4,
    'one thing may be given'
);
select throws_ok(
    format(:'change', 'time_zone => ''Asia/Kolkata'''), 'PT409', 'clinic_has_slots',
    'the zone stays while there are slots to come'
);
select throws_ok(
    format(:'change', 'booking_horizon_days => 3651'), '23514', null, 'policies have ranges'
);
select throws_ok(
    'select api.update_clinic(0, ''X'')', 'PT404', 'clinic_not_found', 'there is no such clinic'
);
select tests.act_as_nobody();
select is(
    (select to_jsonb(b) from data.booking as b where b.id = :booking), :'before'::jsonb,
    'a booking that was made stays as it is'
);
select tests.move_slot(:slot, clock_timestamp() - interval '1 day');
select tests.slot(:doctor) as gone \gset
update data.slot as s set deleted_at = clock_timestamp() where s.id = :gone;
select tests.slot(tests.doctor());
select tests.act_as('admin', :eve);
select is(
    (api.update_clinic(:clinic, time_zone => 'Asia/Kolkata')).time_zone, 'Asia/Kolkata',
    'slots that are over, deleted or elsewhere do not hold the zone'
);
select throws_ok(
    format(:'change', 'time_zone => ''Mars/Olympus'''), 'PT400', 'invalid_parameter',
    'which is one of the earth'
);

-- Who takes its payments.
select tests.act_as_nobody();
select tests.clinic() as paying, tests.provider('acme') as secret \gset
select throws_ok(
    format('select api.update_clinic(%s, payment_provider => ''nobody'')', :paying), 'PT404',
    'provider_not_found', 'nobody takes payments who is no provider'
);
select is(
    (select c.payment_provider::text
    from api.update_clinic(:paying, payment_provider => 'acme') as c), 'acme',
    'payments that name nobody are a provider''s'
);

select * from finish();
rollback;
