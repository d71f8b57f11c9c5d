begin;
select plan(30);

select
    tests.account() as ann,
    tests.account() as bob,
    tests.account(role => 'admin') as eve,
    tests.account(role => 'doctor') as sun,
    tests.account(role => 'doctor') as moon,
    tests.account(role => 'clerk') as joe,
    tests.account(role => 'clerk', clinic => tests.clinic()) as kim
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
create function pg_temp.access_as_definer(booking_id bigint, manage_token text) returns text
language sql security definer
as $$
select case
    when a.by_staff is null then 'no booking'
    else concat_ws(
        ' ', case when a.by_staff then 'staff' end, case when a.as_owner then 'owner' end
    )
end
from core.booking_access(booking_id, manage_token) as a
$$;
create function pg_temp.access(role text, account bigint, booking_id bigint,
manage_token text default null)
returns text
language plpgsql
as $$
declare
    v_access text;
begin
    perform tests.act_as(access.role, access.account);
    v_access := pg_temp.access_as_definer(access.booking_id, access.manage_token);
    perform tests.act_as_nobody();
    return v_access;
end;
$$;

select is(pg_temp.access('admin', :eve, :anns), 'staff owner', 'an admin is both to every booking');
select is(pg_temp.access('doctor', :sun, :anns), 'staff', 'the slot''s doctor is staff, not owner');
select is(pg_temp.access('doctor', :sun, :guests), 'staff', 'also to a guest''s booking');
select is(
    pg_temp.access('doctor', :sun, :guests, 'right'), 'staff owner', 'and owner with its token'
);
select is(pg_temp.access('doctor', :sun, :suns), 'staff owner', 'or where the doctor booked it');
select is(pg_temp.access('doctor', :moon, :anns), '', 'another doctor is a stranger');
select is(pg_temp.access('doctor', :moon, :moons), 'owner', 'and owns what that account booked');
select is(pg_temp.access('clerk', :joe, :anns), 'staff owner', 'a clerk of the clinic is both');
select is(pg_temp.access('clerk', :joe, :guests), 'staff owner', 'also to a guest''s booking');
select is(pg_temp.access('clerk', :kim, :anns), '', 'a clerk of another clinic is a stranger');
select is(pg_temp.access('clerk', :kim, :guests), '', 'also to a guest''s booking');
select is(
    pg_temp.access('clerk', :kim, :guests, 'right'), 'owner', 'unless with its token, as anybody is'
);
select is(pg_temp.access('patient', :ann, :anns), 'owner', 'whoever booked owns it');
select is(pg_temp.access('patient', :bob, :anns), '', 'another patient is a stranger');
select is(pg_temp.access('patient', :bob, :guests), '', 'also to a guest''s booking');
select is(pg_temp.access('anon', null, :anns), '', 'who is not logged in is a stranger');
select is(pg_temp.access('anon', null, :guests), '', 'also to a guest''s booking');
select is(pg_temp.access('anon', null, :guests, 'right'), 'owner', 'unless with the manage token');
select is(pg_temp.access('patient', :bob, :guests, 'right'), 'owner', 'which opens it to anybody');
select is(pg_temp.access('anon', null, :guests, 'wrong'), '', 'a wrong one does not');
select is(pg_temp.access('anon', null, :guests, ''), '', 'nor does an empty one');
select is(pg_temp.access('anon', null, :anns, 'right'), '', 'no token opens a patient''s booking');
select is(pg_temp.access('anon', null, 0, 'right'), 'no booking', 'there may be no such booking');
select is(pg_temp.access('doctor', :sun, 0), 'no booking', 'for a doctor');
select is(pg_temp.access('clerk', :joe, 0), 'no booking', 'for a clerk');
select is(pg_temp.access('admin', :eve, 0), 'no booking', 'and for an admin');
select is(pg_temp.access('patient', :ann, null), 'no booking', 'null is none');

-- A role in the claims is only what the server says; the database role decides.
select set_config('request.jwt.claims', format('{"sub": "%s", "role": "admin"}', :eve), true);
select set_config('role', 'slotkeeper_anon', true);
select is(
    (select pg_temp.access_as_definer(:guests, 'wrong')), '', 'a claim does not make an admin'
);
select tests.act_as_nobody();

update data.account as a set status = 'PENDING_APPROVAL' where a.id = :ann;
select tests.act_as('patient', :ann);
select throws_ok(
    format('select pg_temp.access_as_definer(%s, null)', :anns), 'PT401', 'unauthenticated',
    'an account that is not active is nobody'
);
select throws_ok(
    'select pg_temp.access_as_definer(0, null)', 'PT401', 'unauthenticated',
    'and does not learn which bookings exist'
);
select tests.act_as_nobody();

select * from finish();
rollback;
