begin;
select plan(6);

select tests.account() as ann, tests.slot(tests.doctor(), capacity => 2) as slot \gset
select tests.booking(:slot, patient_email => 'Guest@example.com') as guests,
    tests.booking(:slot, :ann) as anns \gset
create function pg_temp.locks(key bigint) returns bigint
language sql
return (
    select count(*) from pg_locks as l
    where l.pid = pg_backend_pid() and l.locktype = 'advisory'
        and l.classid::bigint << 32 | l.objid::bigint = key
);
select is(core.lock_owner(:guests), false, 'where times may overlap, there is nothing to keep');
select is(pg_temp.locks(core.owner_key('guest@example.com')), 0::bigint, 'so nobody is locked');
update data.clinic set overlap_allowed = false;
select is(core.lock_owner(:guests), true, 'elsewhere there is');
select is(
    pg_temp.locks(core.owner_key('guest@example.com')), 1::bigint, 'a guest is the address'
);
select core.lock_owner(:anns);
select is(pg_temp.locks(core.owner_key(:ann::text)), 1::bigint, 'anybody else is the account');
select is(core.lock_owner(0), false, 'where there is no booking, nobody is locked');

select * from finish();
rollback;
