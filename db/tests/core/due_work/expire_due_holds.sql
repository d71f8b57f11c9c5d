-- That it passes over slots which others have locked takes two connections.
begin;
select plan(5);

select tests.doctor() as doctor \gset
select
    tests.slot(:doctor, capacity => 9) as s1,
    tests.slot(:doctor) as s2,
    tests.slot(:doctor) as s3
\gset
select
    tests.booking(:s3) as oldest,
    tests.booking(:s1) as a1,
    tests.booking(:s1) as a2,
    tests.booking(:s1) as lasting,
    tests.booking(:s2) as b1
\gset
select tests.run_out(b) from unnest(array[:oldest, :a1, :a2, :b1]) as b;
set local session_replication_role = replica;
update data.booking as b
set created_at = b.created_at - interval '1 day', expires_at = b.expires_at - interval '1 day'
where b.id = :oldest;
reset session_replication_role;

select is(core.expire_due_holds(1), 1, 'a batch of one takes one slot');
select is(
    (select b.status::text from data.booking as b where b.id = :oldest), 'FAILED',
    'the one whose hold ran out first'
);
select is(core.expire_due_holds(1000), 3, 'a large one takes all that is due');
select is(core.expire_due_holds(1000), 0, 'then nothing is');
select is(
    (select b.status::text from data.booking as b where b.id = :lasting), 'PENDING',
    'a hold that lasts stays'
);

select * from finish();
rollback;
