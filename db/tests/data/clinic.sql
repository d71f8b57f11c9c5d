-- What no clinic can be, whoever writes it.
begin;
select plan(17);

select tests.clinic() as clinic \gset
\set change 'update data.clinic set %s where id = ' :clinic

select is(tests.constraint_against(format(:'change', c.change)), c.refused_by, c.sentence)
from (
    values
    ('hold_seconds = 1', null, 'a hold lasts a second at least'),
    ('hold_seconds = 86400', null, 'and a day at most'),
    ('hold_seconds = 0', 'clinic_hold_seconds_range', 'not no time'),
    ('hold_seconds = 86401', 'clinic_hold_seconds_range', 'not longer'),
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
