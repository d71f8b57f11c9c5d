begin;
select plan(7);

select
    tests.account(role => 'doctor') as sun, tests.account(role => 'doctor') as moon,
    tests.account(role => 'admin') as eve
\gset
select tests.doctor(account => :sun) as doctor \gset

select tests.act_as('doctor', :sun);
select l.calendar_token as first, coalesce(l.url, 'none') as url
from api.create_calendar_link(:doctor) as l \gset
select is(:'url'::text, 'none', 'no address where the own one is not known');
select ok(:'first' ~ '^[0-9a-f]{64}$', 'a secret');
select tests.act_as_nobody();
update data.setting set public_url = 'https://example.org';
select is(
    (select encode(l.token_hash, 'hex') from data.calendar_link as l),
    encode(core.hash_token(:'first'), 'hex'), 'of which a hash is kept'
);
select tests.act_as('admin', :eve);
select l.calendar_token as second, l.url from api.create_calendar_link(:doctor) as l \gset
select is(
    :'url',
    format('https://example.org/api/doctors/%s/calendar.ics?calendar_token=%s', :doctor, :'second'),
    'an address to subscribe to'
);
select tests.act_as('doctor', :moon);
select throws_ok(
    format('select api.create_calendar_link(%s)', :doctor), 'PT404', 'doctor_not_found',
    'nobody makes one for another doctor'
);
select tests.act_as('anon');
select lives_ok(
    format('select api.get_doctor_calendar(%s, %L)', :doctor, :'second'), 'the new one opens'
);
select throws_ok(
    format('select api.get_doctor_calendar(%s, %L)', :doctor, :'first'), 'PT404',
    'doctor_not_found', 'the one before has ended'
);

select * from finish();
rollback;
