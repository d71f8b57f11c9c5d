-- That it passes over what others have locked takes two connections.
begin;
select plan(17);

set local timezone = 'UTC';
select tests.clinic() as clinic \gset
update data.clinic as c set horizon_days = 40 where c.id = :clinic;
select tests.doctor(clinic => :clinic) as doctor, tests.doctor(clinic => :clinic) as idle \gset
select tests.hours(:doctor);
update data.doctor as d set slots_until = current_date where d.id = :doctor;

select is(core.keep_slots(10), 1, 'days that have come within the horizon are made');
select is(
    tests.day_of(:doctor, 30) || tests.day_of(:doctor, 31), '[09:00] [09:30]', 'a month at a time'
);
select is(core.keep_slots(10), 1, 'then the rest');
select is(
    tests.day_of(:doctor, 39) || tests.day_of(:doctor, 40), '[09:00] [09:30]',
    'up to the horizon'
);
select is(core.keep_slots(10), 0, 'then nothing is to do');

-- As if a day had gone by.
update data.slot as s set deleted_at = clock_timestamp(), withdrawn = true
where s.start_time >= tests.at(39, '00:00');
update data.slot as s set deleted_at = clock_timestamp() where s.start_time = tests.at(20, '09:00');
update data.doctor as d set slots_until = current_date + 39 where d.id = :doctor;
select is(core.keep_slots(10), 1, 'every day one more day');
select is(tests.day_of(:doctor, 39), '[09:00] [09:30]', 'has its slots');
select is(tests.day_of(:doctor, 20), '[09:30]', 'what was deleted by hand stays so');

-- Another horizon, another zone.
update data.clinic as c set horizon_days = 20 where c.id = :clinic;
select is(core.keep_slots(10), 1, 'a shorter horizon is due work');
select is(
    tests.day_of(:doctor, 19) || tests.day_of(:doctor, 20), '[09:00] [09:30]',
    'what lies beyond it goes'
);
select core.keep_slots(10);
update data.clinic as c set time_zone = 'Asia/Kolkata' where c.id = :clinic;
select core.keep_slots(10), core.keep_slots(10);
select is(tests.day_of(:doctor, 5), '[03:30] [04:00]', 'in another zone the hours are others');
select is(core.keep_slots(10), 0, 'and no more is to do');

-- What was booked when hours changed.
select s.id as slot from data.slot as s
where s.start_time = tests.at(5, '03:30') and s.deleted_at is null \gset
select tests.booking(:slot, status => 'CONFIRMED') as booking \gset
update data.slot as s set withdrawn = true where s.id = :slot;
select is(core.keep_slots(10), 0, 'what is booked is left in peace');
update data.booking as b set status = 'CANCELLED', cancelled_at = clock_timestamp()
where b.id = :booking;
select is(core.keep_slots(10), 1, 'until it is free');
select is(tests.day_of(:doctor, 5), '[04:00]', 'then it goes');

-- Who has left.
update data.doctor as d set slots_until = '-infinity', deleted_at = clock_timestamp()
where d.id = :doctor;
select is(core.keep_slots(10), 0, 'who has left needs no slots');
select is(
    (select d.slots_until from data.doctor as d where d.id = :idle), null, 'nor who has no hours'
);

select * from finish();
rollback;
