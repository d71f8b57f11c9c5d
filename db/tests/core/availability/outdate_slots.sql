begin;
select plan(6);

select tests.clinic() as clinic, tests.clinic() as other_clinic \gset
select
    tests.doctor(clinic => :clinic) as doctor,
    tests.doctor(clinic => :clinic) as idle,
    tests.doctor(clinic => :other_clinic) as other
\gset
update data.doctor as d set slots_until = '2031-06-02' where d.id in (:doctor, :other);
create function pg_temp.until(doctor bigint) returns date
language sql
as $$select d.slots_until from data.doctor as d where d.id = doctor$$;

update data.clinic as c set name = 'New' where c.id = :clinic;
select is(pg_temp.until(:doctor), '2031-06-02', 'another name of the clinic changes nothing');
update data.clinic as c set time_zone = 'Asia/Tokyo' where c.id = :clinic;
select is(pg_temp.until(:doctor), '-infinity', 'in another zone all slots are to be made anew');
select is(pg_temp.until(:idle), null, 'where there are hours');
select is(pg_temp.until(:other), '2031-06-02', 'and in that clinic');
update data.clinic as c set horizon_days = 30 where c.id = :other_clinic;
select is(pg_temp.until(:other), '-infinity', 'so they are where the horizon has moved');
update data.doctor as d set slots_until = '2031-06-02' where d.id = :doctor;
update data.doctor as d set clinic_id = :other_clinic where d.id = :doctor;
select is(pg_temp.until(:doctor), '-infinity', 'or the doctor');

select * from finish();
rollback;
