begin;
select plan(8);

set local timezone = 'UTC';
select tests.clinic() as clinic \gset
update data.clinic as c set horizon_days = 200 where c.id = :clinic;
select tests.doctor(clinic => :clinic) as doctor \gset
select tests.hours(:doctor);
select core.fit_slots(:doctor, null, null);
update data.hours as h set end_time = '09:30' where h.doctor_id = :doctor;

select core.refit_slots(:doctor, current_date + 10);
select is(tests.day_of(:doctor, 9), '[09:00] [09:30]', 'days before stay as they are');
select is(tests.day_of(:doctor, 10), '[09:00]', 'from that day on slots agree with the hours');
select is(tests.day_of(:doctor, 71), '[09:00]', 'those of two months');
select is(
    (select d.slots_until from data.doctor as d where d.id = :doctor), current_date + 72,
    'the rest is due work'
);
do $$
begin
    while core.keep_slots(10) > 0 loop
    end loop;
end;
$$;
select is(
    tests.day_of(:doctor, 72) || ' ' || tests.day_of(:doctor, 199), '[09:00] [09:00]',
    'which does it'
);
select core.refit_slots(:doctor, '-infinity');
select is(tests.day_of(:doctor, 1), '[09:00]', 'at the earliest it begins today');

delete from data.hours as h where h.doctor_id = :doctor;
select core.refit_slots(:doctor, null);
do $$
begin
    while core.keep_slots(10) > 0 loop
    end loop;
end;
$$;
select is(
    tests.day_of(:doctor, 5) || tests.day_of(:doctor, 150), '',
    'without hours all go, late ones, too'
);
select is(
    (select d.slots_until from data.doctor as d where d.id = :doctor), null, 'then nothing is due'
);

select * from finish();
rollback;
