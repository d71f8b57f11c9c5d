begin;
select plan(6);

select tests.account(role => 'doctor') as sun, tests.account(role => 'doctor') as moon \gset
select tests.doctor(account => :sun) as doctor, tests.doctor() as other \gset
insert into data.calendar_link (doctor_id, account_id, token_hash)
values (:doctor, :sun, core.hash_token('right'));

select ok(core.opens_calendar(:doctor, 'right'), 'the secret of the link');
select ok(not core.opens_calendar(:doctor, 'wrong'), 'no other');
select ok(not core.opens_calendar(:doctor, null), 'nor none');
select ok(not core.opens_calendar(:other, 'right'), 'of this doctor');
update data.account set status = 'PENDING_APPROVAL' where id = :sun;
select ok(not core.opens_calendar(:doctor, 'right'), 'not while the account may not log in');
update data.account set status = 'ACTIVE' where id = :sun;
update data.doctor set account_id = :moon where id = :doctor;
select ok(not core.opens_calendar(:doctor, 'right'), 'nor once the doctor is somebody else');

select * from finish();
rollback;
