-- What no clinic can be, whoever writes it.
begin;
select plan(32);

select tests.clinic() as clinic \gset
\set change 'update data.clinic set %s where id = ' :clinic

select is(tests.constraint_against(format(:'change', c.change)), c.refused_by, c.sentence)
from (
    values
    ('hold_seconds = 1', null, 'a hold lasts a second at least'),
    ('hold_seconds = 86400', null, 'and a day at most'),
    ('hold_seconds = 0', 'hold_seconds_range', 'not no time'),
    ('hold_seconds = 86401', 'hold_seconds_range', 'not longer'),
    ('booking_notice_minutes = 0', null, 'who is there may book'),
    ('booking_notice_minutes = -1', 'notice_minutes_range', 'not who comes afterwards'),
    ('booking_notice_minutes = 525601', 'notice_minutes_range', 'not a year''s notice'),
    ('booking_horizon_days = 1', null, 'bookings may be for the next day only'),
    ('booking_horizon_days = 0', 'booking_days_range', 'but for some time'),
    ('booking_horizon_days = 3651', 'booking_days_range', 'at most ten years'),
    ('unpaid_limit = 1', null, 'one booking at a time is a limit'),
    ('unpaid_limit = 0', 'unpaid_limit_range', 'none would be no bookings at all'),
    ('unpaid_limit = 1000001', 'unpaid_limit_range', 'a million is as good as no limit'),
    ('waitlist_offer_seconds = 0', 'offer_seconds_range', 'an offer takes time'),
    ('waitlist_offer_seconds = 604801', 'offer_seconds_range', 'but no more than a week'),
    ('horizon_days = 0', 'slot_days_range', 'slots are made for a day at least'),
    ('horizon_days = 731', 'slot_days_range', 'for two years at most'),
    ('payment_terms = null', '', 'there are terms'),
    ('overlap_allowed = null', '', 'one way or the other'),
    ('cancellation_notice_hours = 0', null, 'no notice is fine'),
    ('cancellation_notice_hours = 8760', null, 'so is a year''s'),
    ('cancellation_notice_hours = -1', 'notice_hours_range', 'not afterwards'),
    ('cancellation_notice_hours = 8761', 'notice_hours_range', 'not more'),
    ('time_zone = ''Pacific/Auckland''', null, 'a zone of the IANA database is one'),
    ('time_zone = ''UTC''', null, 'so is UTC'),
    ('time_zone = ''EST5EDT''', 'time_zone_form', 'a rule without history is none'),
    ('time_zone = ''Foo+5''', 'time_zone_form', 'nor is one that somebody made up'),
    ('currency = ''EURO''', 'currency_form', 'a currency has three letters'),
    ('name = ''''', 'label_length', 'a clinic has a name')
) as c (change, refused_by, sentence);
select
    throws_ok(
        format(:'change', format('time_zone = %L', z.name)), '22023', null,
        format('%L is no zone', z.name)
    )
from (values ('Mars/Olympus'), ('Europe/Nowhere')) as z (name);
select tests.doctor(clinic => :clinic);
select is(
    tests.constraint_against('delete from data.clinic where id = ' || :clinic),
    'doctor_clinic_fkey',
    'a clinic with doctors is not erased'
);

select * from finish();
rollback;
