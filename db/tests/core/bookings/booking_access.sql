begin;
select plan(18);

select
    tests.account() as ann,
    tests.account() as bob,
    tests.account(role => 'admin') as eve,
    tests.account(role => 'doctor') as sun,
    tests.account(role => 'doctor') as moon
\gset
select tests.doctor(account => :sun) as doctor, tests.doctor(account => :moon) as other \gset
select tests.slot(:doctor, capacity => 9) as slot \gset
select
    tests.booking(:slot, :ann) as anns,
    tests.booking(:slot, :moon) as moons,
    tests.booking(:slot, :sun) as suns,
    tests.booking(:slot, manage_token => 'right') as guests
\gset
-- As the caller would be within an api function, whose owner may look into core.
create function pg_temp.access_as_definer(booking data.booking, manage_token text) returns text
language sql security definer
as 'select core.booking_access(booking, manage_token)';
create function pg_temp.access(role text, account bigint, booking_id bigint,
manage_token text default null)
returns text
language plpgsql
as $$
declare
    v_booking data.booking;
    v_access text;
begin
    select b.* into v_booking from data.booking as b where b.id = access.booking_id;
    perform tests.act_as(access.role, access.account);
    v_access := pg_temp.access_as_definer(v_booking, access.manage_token);
    perform tests.act_as_nobody();
    return v_access;
end;
$$;

select is(pg_temp.access('admin', :eve, :anns), 'admin', 'an admin is an admin to every booking');
select is(pg_temp.access('doctor', :sun, :anns), 'doctor', 'the slot''s doctor is its doctor');
select is(pg_temp.access('doctor', :sun, :guests), 'doctor', 'also of a guest''s');
select is(pg_temp.access('doctor', :sun, :suns), 'doctor', 'also of the own');
select is(pg_temp.access('doctor', :moon, :anns), null, 'another doctor is a stranger');
select is(pg_temp.access('doctor', :moon, :moons), 'owner', 'and owns what that account booked');
select is(pg_temp.access('patient', :ann, :anns), 'owner', 'who booked owns it');
select is(pg_temp.access('patient', :bob, :anns), null, 'another patient is a stranger');
select is(pg_temp.access('patient', :bob, :guests), null, 'so to a guest''s');
select is(pg_temp.access('anon', null, :anns), null, 'who is not logged in is a stranger');
select is(pg_temp.access('anon', null, :guests), null, 'also to a guest''s');
select is(pg_temp.access('anon', null, :guests, 'right'), 'owner', 'unless with the manage token');
select is(pg_temp.access('patient', :bob, :guests, 'right'), 'owner', 'which opens it to anybody');
select is(pg_temp.access('anon', null, :guests, 'wrong'), null, 'a wrong one does not');
select is(pg_temp.access('anon', null, :guests, ''), null, 'nor does an empty one');
select is(pg_temp.access('anon', null, :anns, 'right'), null, 'no token opens a patient''s');
select is(pg_temp.access('anon', null, 0, 'right'), null, 'to no booking everybody is a stranger');
-- A role in the claims is only what the server says; the database role decides.
select set_config('request.jwt.claims', format('{"sub": "%s", "role": "admin"}', :eve), true);
select set_config('role', 'slotkeeper_anon', true);
select is(
    (select pg_temp.access_as_definer(null, 'right')), null, 'a claim does not make an admin'
);
select tests.act_as_nobody();

select * from finish();
rollback;
