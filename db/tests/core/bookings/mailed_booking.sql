begin;
select plan(4);

select tests.account() as ann \gset
select tests.booking(tests.slot(tests.doctor())) as booking \gset
insert into data.manage_token (token_hash, booking_id) values (core.hash_token('mailed'), :booking);

select is(core.mailed_booking('mailed'), :booking::bigint, 'a mailed token opens a booking');
select is(core.mailed_booking('other'), null, 'another one none');
select is(core.mailed_booking(null), null, 'nor does none');
update data.booking set account_id = :ann, manage_token_hash = null where id = :booking;
select is(core.mailed_booking('mailed'), null, 'nor one that an account has claimed');

select * from finish();
rollback;
