begin;
select plan(10);

select
    tests.account() as ann, tests.account() as bob, tests.account(role => 'doctor') as sun,
    tests.account(role => 'doctor') as moon, tests.account(role => 'admin') as eve
\gset
select tests.slot(tests.doctor(account => :sun)) as slot \gset
select
    tests.waitlist_entry(:slot, account => :ann) as ann_s,
    tests.waitlist_entry(:slot, account => :sun) as own_s,
    tests.waitlist_entry(:slot, manage_token => 'right') as guest_s
\gset
-- As the caller would be within an api function, whose owner may look into core.
create function pg_temp.access(waitlist_id bigint, manage_token text default null)
returns data.canceller
language sql security definer
return core.waitlist_access(waitlist_id, manage_token);

select tests.act_as('anon');
select is(pg_temp.access(:ann_s, 'right'), null, 'to an account''s entry no token opens the way');
select is(pg_temp.access(:guest_s, 'wrong'), null, 'nor to a guest''s a wrong one');
select is(pg_temp.access(:guest_s, 'right'), 'PATIENT', 'the right one makes its holder who waits');
select is(pg_temp.access(0, 'right'), null, 'nobody waits by no entry');
select tests.act_as('patient', :ann);
select is(pg_temp.access(:ann_s), 'PATIENT', 'who waits does so by account');
select tests.act_as('patient', :bob);
select is(pg_temp.access(:ann_s), null, 'another patient is a stranger');
select tests.act_as('doctor', :moon);
select is(pg_temp.access(:ann_s), null, 'so is another doctor');
select tests.act_as('doctor', :sun);
select is(pg_temp.access(:ann_s), 'STAFF', 'the doctor is staff');
select is(pg_temp.access(:own_s), 'PATIENT', 'but waits as anybody');
select tests.act_as('admin', :eve);
select is(pg_temp.access(:guest_s), 'STAFF', 'an admin is staff');

select * from finish();
rollback;
