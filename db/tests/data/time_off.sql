begin;
select plan(1);

select tests.doctor() as doctor \gset
select is(
    tests.constraint_against(format(
        'insert into data.time_off (doctor_id, start_time, end_time) values (%s, now(), now())',
        :doctor
    )), 'time_off_ends_after_start', 'time off ends after its start'
);

select * from finish();
rollback;
