begin;
select plan(6);

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
select is(core.run_due_work(), 3, 'the server may run what is due: two holds and a session');
select is(core.run_due_work(), 0, 'a second time nothing is due');
reset role;
select is(
    (select s.seats_available from api.slot as s where s.id = :slot), 2,
    'hole 9: two seats are free'
);
select tests.booking(:slot, seats => 2, status => 'CONFIRMED');
select core.run_due_work(), core.run_due_work();
select is(
    (select s.seats_available from api.slot as s where s.id = :slot), 0,
    'hole 9: however often it runs, it frees nothing twice'
);
select is((select count(*) from data.session), 0::bigint, 'the session is gone');
select is_empty(
    $$select r.name
      from (values ('anon'), ('patient'), ('doctor'), ('admin'), ('report')) as r (name)
      where has_function_privilege('slotkeeper_' || r.name, 'core.run_due_work()', 'execute')$$,
    'nobody else runs it'
);

select * from finish();
rollback;
