begin;
select plan(16);

select
    tests.account() as ann, tests.account() as bob, tests.account(role => 'doctor') as sun,
    tests.account(role => 'doctor') as moon, tests.account(role => 'clerk') as clerk,
    tests.account(role => 'clerk', clinic => tests.clinic()) as other_clerk,
    tests.account(role => 'admin') as eve
\gset
select
    tests.doctor(account => :sun) as doctor,
    tests.doctor(account => :moon, clinic => tests.clinic()) as other
\gset
select tests.slot(:doctor) as slot, tests.slot(:doctor) as next_slot \gset
select tests.slot(:other) as far \gset
select
    tests.waitlist_entry(:slot, account => :ann, patient_name => 'a1') as a1,
    tests.waitlist_entry(:slot, manage_token => 'right', patient_name => 'g') as g,
    tests.waitlist_entry(:next_slot, account => :ann, patient_name => 'a2') as a2,
    tests.waitlist_entry(:far, account => :bob, patient_name => 'b') as b,
    tests.waitlist_entry(:far, account => :sun, patient_name => 's') as s
\gset
create function pg_temp.listed(
    slot_id bigint default null, token text default null, size integer default 50,
    after bigint default null
) returns text
language sql
as $$
select string_agg(w.patient_name, ' ')
from api.list_waitlist(listed.slot_id, listed.token, listed.size, listed.after) as w
$$;

select tests.act_as('anon');
select is(pg_temp.listed(), null, 'a guest sees nothing');
select is(pg_temp.listed(:slot), null, 'of no slot');
select is(pg_temp.listed(token => 'right'), 'g', 'but what the token opens');
select is(pg_temp.listed(:slot, 'right'), 'g', 'of a slot, too');
select is(pg_temp.listed(:next_slot, 'right'), null, 'that of the entry');
select tests.act_as('patient', :ann);
select is(pg_temp.listed(), 'a2 a1', 'a patient sees the own ones, newest first');
select is(pg_temp.listed(:slot), 'a1', 'or those of a slot');
select is(pg_temp.listed(size => 1, after => :a2), 'a1', 'page by page');
select throws_ok(
    format('select api.list_waitlist(after => %s)', :b), 'PT400', 'invalid_parameter',
    'no page begins behind a stranger''s'
);
select tests.act_as('doctor', :sun);
select is(pg_temp.listed(), 's a2 g a1', 'a doctor sees who waits for the own slots, and the own');
select is(pg_temp.listed(:slot), 'g a1', 'or who waits for one of them');
select is(pg_temp.listed(:far), 's', 'of another doctor''s the own only');
select tests.act_as('clerk', :clerk);
select is(pg_temp.listed(), 'a2 g a1', 'a clerk those of the clinic');
select tests.act_as('clerk', :other_clerk);
select is(pg_temp.listed(:slot), null, 'and of no other');
select tests.act_as('admin', :eve);
select is(pg_temp.listed(size => 4), 's b a2 g', 'an admin sees all');
select is(pg_temp.listed(after => :a2), 'g a1', 'page by page');

select * from finish();
rollback;
