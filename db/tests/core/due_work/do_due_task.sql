begin;
select plan(7);

select tests.account() as ann \gset
select tests.slot(tests.doctor(), capacity => 3) as slot \gset
select
    tests.booking(:slot) as b1,
    tests.booking(:slot) as b2,
    tests.booking(:slot, status => 'CONFIRMED') as b3
\gset
select tests.run_out(b) from unnest(array[:b1, :b2]) as b;
insert into data.session (account_id, created_at, expires_at)
values (:ann, clock_timestamp() - interval '2 days', clock_timestamp() - interval '1 day');

set local role slotkeeper_server;
select is(core.do_due_task('expire_holds'), 2, 'the server may do what is due: two holds');
select is(core.do_due_task('forget_sessions'), 1, 'and a session');
select is(core.do_due_task('drop_everything'), null, 'but nothing else');
reset role;
select is(tests.do_due_work(), 0, 'then nothing is due');
select is(
    (select s.seats_available from api.slot as s where s.id = :slot), 2,
    'hole 9: two seats are free'
);
select tests.booking(:slot, seats => 2, status => 'CONFIRMED');
select tests.do_due_work(), tests.do_due_work();
select is(
    (select s.seats_available from api.slot as s where s.id = :slot), 0,
    'hole 9: however often it runs, it frees nothing twice'
);
select is((select count(*) from data.session), 0::bigint, 'the session is gone');

select * from finish();
rollback;
