begin;
select plan(10);

select tests.account() as ann, tests.account() as bob, tests.account(role => 'doctor') as sun \gset
select tests.doctor(account => :sun) as doctor \gset
select tests.slot(:doctor, capacity => 4) as slot \gset
select tests.booking(:slot, :ann, status => 'CONFIRMED') as anns, tests.booking(:slot) as guests
\gset
insert into data.manage_token (token_hash, booking_id) values (core.hash_token('mailed'), :guests);

select tests.act_as('patient', :ann);
select is(
    tests.ics_value(api.get_booking_calendar(:anns), 'STATUS'), 'CONFIRMED', 'its owner gets it'
);
select tests.act_as('doctor', :sun);
select ok(api.get_booking_calendar(:anns) ~ 'METHOD:PUBLISH', 'so does its doctor');
select tests.act_as('patient', :bob);
select throws_ok(
    format('select api.get_booking_calendar(%s)', :anns), 'PT404', 'booking_not_found',
    'to a stranger it does not exist'
);
select tests.act_as('anon');
select is(
    tests.ics_value(api.get_booking_calendar(:guests, t.token), 'STATUS'), 'TENTATIVE', t.token
)
from (values ('the manage token of a test'), ('mailed')) as t (token);
select throws_ok(
    format($$select api.get_booking_calendar(%s, 'wrong')$$, :guests), 'PT404', 'booking_not_found',
    'not by another token'
);
select tests.act_as_nobody();
select tests.run_out(:guests);
select tests.act_as('anon');
select is(
    tests.ics_value(api.get_booking_calendar(:guests, 'mailed'), 'STATUS'), 'CANCELLED',
    'what has run out is over'
);
select tests.act_as_nobody();
select tests.ics_value(core.booking_calendar(:anns, :slot, 'REQUEST', 'CONFIRMED', 0), 'UID') as uid
\gset
update data.booking set status = 'CANCELLED', cancelled_at = clock_timestamp() where id = :anns;
select tests.act_as('patient', :ann);
select is(tests.ics_value(api.get_booking_calendar(:anns), 'STATUS'), 'CANCELLED', 'or cancelled');
select is(
    tests.ics_value(api.get_booking_calendar(:anns), 'SEQUENCE'), '1', 'which is newer than it was'
);
select is(
    tests.ics_value(api.get_booking_calendar(:anns), 'UID'), :'uid', 'the same entry as in mails'
);

select * from finish();
rollback;
