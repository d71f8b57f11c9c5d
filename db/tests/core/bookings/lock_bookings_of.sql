begin;
select plan(4);

select tests.slot(tests.doctor(), capacity => 9) as slot \gset
select tests.account() as ann \gset
select is(core.lock_bookings_of(:'ann'), false, 'who has booked nothing has nothing live');
select tests.booking(:slot, :ann, status => 'CANCELLED') as cancelled \gset
select is(core.lock_bookings_of(:'ann'), false, 'nor who has cancelled it');
select tests.booking(:slot, :ann) as held \gset
select is(core.lock_bookings_of(:'ann'), true, 'what is held is live');
select is(
    (
        select count(*) from pg_locks as l
        where l.locktype = 'advisory' and l.pid = pg_backend_pid()
            and (l.classid::bigint << 32 | l.objid::bigint) = core.owner_key(:'ann')
    ),
    1::bigint, 'the owner is locked'
);

select * from finish();
rollback;
