begin;
select plan(10);

select tests.account() as ann, tests.account() as bob, tests.account(role => 'doctor') as sun \gset
select tests.doctor(account => :sun) as doctor \gset
select tests.slot(:doctor, capacity => 9) as slot \gset
select
    tests.booking(:slot, :ann) as anns,
    tests.booking(:slot, :sun) as suns,
    tests.booking(:slot, manage_token => 'right') as guests
\gset
-- As the caller would be within an api function, whose owner may look into core.
create function pg_temp.owns(role text, account bigint, booking_id bigint,
manage_token text default null)
returns boolean
language plpgsql
as $$
declare
    v_booking data.booking;
    v_owns boolean;
begin
    select b.* into v_booking from data.booking as b where b.id = owns.booking_id;
    perform tests.act_as(owns.role, owns.account);
    v_owns := pg_temp.owns_as_definer(v_booking, owns.manage_token);
    perform tests.act_as_nobody();
    return v_owns;
end;
$$;
create function pg_temp.owns_as_definer(booking data.booking, manage_token text) returns boolean
language sql security definer
as 'select core.owns_booking(booking, manage_token)';

select is(pg_temp.owns('patient', :ann, :anns), true, 'who booked owns the booking');
select is(pg_temp.owns('patient', :bob, :anns), false, 'another patient does not');
select is(pg_temp.owns('doctor', :sun, :anns), false, 'its doctor does not');
select is(pg_temp.owns('doctor', :sun, :suns), true, 'unless the doctor booked it');
select is(
    pg_temp.owns('anon', null, :anns), false, 'nobody in particular owns no patient''s booking'
);
select is(pg_temp.owns('anon', null, :guests, 'right'), true, 'who holds the manage token owns it');
select is(pg_temp.owns('patient', :ann, :guests, 'right'), true, 'logged in or not');
select is(pg_temp.owns('anon', null, :guests, 'wrong'), false, 'a wrong token does not');
select is(pg_temp.owns('anon', null, :guests), false, 'no token does not');
select is(pg_temp.owns('anon', null, :anns, 'right'), false, 'no token owns a patient''s booking');

select * from finish();
rollback;
