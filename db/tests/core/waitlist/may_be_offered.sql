begin;
select plan(8);

select tests.account() as ann, tests.doctor() as doctor, tests.doctor() as other \gset
select
    tests.slot(:doctor, capacity => 9) as slot, tests.slot(:doctor) as later,
    tests.slot(:other) as same_time
\gset
select tests.booking(:slot, :ann) as held, tests.booking(:slot, :ann, status => 'CONFIRMED') \gset
create function pg_temp.may(owner text, slot_id bigint, unpaid_limit integer, overlap boolean)
returns boolean
language sql
as 'select core.may_be_offered(owner, slot_id, unpaid_limit, overlap, clock_timestamp())';

select is(pg_temp.may(:ann::text, :later, 2, true), true, 'below the limit she may');
select is(pg_temp.may(:ann::text, :later, 1, true), false, 'at the limit she may not');
select is(pg_temp.may('bob@example.com', :slot, 1, false), true, 'which is hers alone');
select is(
    pg_temp.may(:ann::text, :same_time, 9, true), true, 'at the same time where that is allowed'
);
select is(pg_temp.may(:ann::text, :same_time, 9, false), false, 'else not');
select is(pg_temp.may(:ann::text, :later, 9, false), true, 'but at another');
select tests.run_out(:held);
select is(pg_temp.may(:ann::text, :later, 1, true), true, 'what has run out does not count');
select is(pg_temp.may(:ann::text, :same_time, 9, false), false, 'what is paid does overlap');

select * from finish();
rollback;
