begin;
select plan(7);

select
    tests.account() as ann,
    tests.account() as bob,
    tests.account(role => 'doctor') as sun
\gset
select tests.slot(tests.doctor(account => :sun), capacity => 9) as slot \gset
select
    tests.booking(:slot, manage_token => 'right') as guests,
    tests.booking(:slot, :ann) as anns
\gset
-- As the caller would be within an api function, whose owner may look into core.
create function pg_temp.access(booking_id bigint, manage_token text default null) returns text
language sql security definer
as $$
select format('%s %s', a.by_staff, a.as_owner)
from core.require_booking_access(booking_id, manage_token) as a
$$;

select tests.act_as('anon');
select is(pg_temp.access(:guests, 'right'), 'f t', 'who holds the manage token is the owner');
select tests.refusal_of('select pg_temp.access(0, ''right'')') as nothing_there \gset
select is(
    :'nothing_there'::text,
    'PT404 booking_not_found There is no such booking, or it is not yours;'
    ' a guest sends the manage_token.',
    'what does not exist is not found'
);
select is(
    tests.refusal_of(format('select pg_temp.access(%s, ''wrong'')', :guests)), :'nothing_there',
    'a stranger gets the same words'
);
select tests.act_as('patient', :ann);
select is(pg_temp.access(:anns), 'f t', 'so is whoever booked');
select tests.act_as('patient', :bob);
select is(
    tests.refusal_of(format('select pg_temp.access(%s)', :anns)), :'nothing_there',
    'and nobody else'
);
select tests.act_as('doctor', :sun);
select is(pg_temp.access(:anns), 't f', 'its doctor is staff');
select tests.act_as_nobody();
select is(
    tests.refusal_of('select pg_temp.access(0)'), :'nothing_there',
    'a DBA does not find what does not exist either'
);

select * from finish();
rollback;
