begin;
select plan(10);

select tests.account(role => 'admin') as eve, tests.account() as ann, tests.clinic() as other \gset
select tests.doctor(fee => 40) as doctor, tests.doctor(clinic => :other) as elsewhere \gset
select (now() at time zone 'UTC')::date as today \gset
select tests.slot(:doctor, now() - interval '1 minute', capacity => 9) as slot,
    tests.slot(:elsewhere, now() - interval '1 minute') as other_slot
\gset
select tests.booking(:slot, :ann, status => 'COMPLETED'), tests.booking(:slot, status => 'NO_SHOW'),
    tests.booking(:other_slot);
select tests.count_reports();

select tests.act_as('admin', :eve);
select a.* from api.get_analytics() as a \gset a_
select results_eq(
    'select a."from", a."to", a.bookings, a.no_show_rate, a.utilisation, a.first_visits
    from api.get_analytics() as a',
    format('values (date %L - 29, date %1$L, 3, 0.5000, 0.5000, 1)', :'today'),
    'the last thirty days'
);
select results_eq(
    'select c.status::text, c.bookings from unnest((api.get_analytics()).by_status) as c',
    $$values ('PENDING', 1), ('CONFIRMED', 0), ('FAILED', 0), ('CANCELLED', 0), ('CHECKED_IN', 0),
        ('COMPLETED', 1), ('NO_SHOW', 1)$$,
    'by status: all of them'
);
select results_eq(
    'select count(*), sum(d.bookings), max(d.date) from unnest((api.get_analytics()).by_day) as d',
    format('values (30::bigint, 3::bigint, date %L)', :'today'), 'by day: all of them'
);
select results_eq(
    'select d.doctor_id, d.bookings, d.no_shows, d.utilisation, d.revenue
    from unnest((api.get_analytics()).by_doctor) as d',
    format(
        'values (%s::bigint, 2, 1, 1.0000, 80.00), (%s, 1, 0, 0.0000, 0)', :doctor, :elsewhere
    ),
    'by doctor'
);
select results_eq(
    'select m.currency::text, m.captured, m.refunded, m.revenue
    from unnest((api.get_analytics()).money) as m',
    $$values ('USD', 80.00, 0.00, 80.00)$$, 'the money'
);
select is(
    (api.get_analytics(clinic_id => :other)).bookings, 1, 'of one clinic, where that is asked for'
);
select results_eq(
    $$select a.bookings, a.no_show_rate, cardinality(a.by_day), cardinality(a.by_doctor),
        cardinality(a.by_status), cardinality(a.cancellations), cardinality(a.money)
    from api.get_analytics('2001-02-01', '2001-02-28') as a$$,
    'values (0, null::numeric, 28, 0, 7, 4, 0)', 'a month of nothing has all its days'
);
select is(
    tests.refusal_of($$select api.get_analytics('2001-02-02', '2001-02-01')$$),
    'PT400 invalid_parameter to must not be before from; both must lie within 367 days.',
    'days that end before they begin'
);
select is(
    tests.refusal_of($$select api.get_analytics('2001-01-01', '2003-01-01')$$),
    'PT400 invalid_parameter to must not be before from; both must lie within 367 days.',
    'and more than a year are refused'
);
select is(
    tests.refusal_of('select api.get_analytics(clinic_id => 0)'),
    'PT404 clinic_not_found There is no clinic 0.', 'a clinic that is none'
);
select tests.act_as_nobody();

select * from finish();
rollback;
