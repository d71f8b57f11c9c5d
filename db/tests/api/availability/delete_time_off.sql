begin;
select plan(6);

set local timezone = 'UTC';
select tests.account(role => 'doctor') as bob \gset
select tests.doctor(account => :bob) as doctor, tests.doctor() as other \gset
select tests.hours(:doctor);
select core.fit_slots(:doctor, null, null);
select tests.slot(:doctor, tests.at(3, '12:00')), tests.slot(:doctor, tests.at(4, '12:00'));
select s.id as deleted from data.slot as s
where s.start_time = tests.at(4, '09:30') and s.deleted_at is null \gset

select tests.act_as('doctor', :bob);
select api.delete_slot(:deleted);
select (api.create_time_off(:doctor, tests.at(3, '09:30'), tests.at(4, '18:00'))).id as off \gset
select is(tests.day_of(:doctor, 3) || tests.day_of(:doctor, 4), '[09:00]', 'during it no slots');
select throws_ok(
    format('select api.delete_time_off(%s, %s)', :doctor, :off + 1), 'PT404', 'time_off_not_found',
    'what is none does not end'
);
select throws_ok(
    format('select api.delete_time_off(%s, %s)', :other, :off), 'PT404', 'doctor_not_found',
    'nor by somebody else'
);
select api.delete_time_off(:doctor, :off);
select is(
    tests.day_of(:doctor, 3) || ' ' || tests.day_of(:doctor, 4), '[09:00] [09:30] [09:00]',
    'afterwards what the hours make is made again, but for what was deleted by hand'
);
select is((select count(*) from api.list_time_off(:doctor)), 0::bigint, 'it is gone');
select throws_ok(
    format('select api.delete_time_off(%s, %s)', :doctor, :off), 'PT404', 'time_off_not_found',
    'for good'
);

select * from finish();
rollback;
