begin;
select plan(5);

set local timezone = 'UTC';
select tests.account(role => 'doctor') as bob \gset
select tests.doctor(account => :bob) as doctor, tests.doctor() as other \gset
select tests.hours(:doctor);
select core.fit_slots(:doctor, null, null);

select tests.act_as('doctor', :bob);
select api.set_day_hours(:doctor, current_date + 3), api.set_day_hours(:doctor, current_date + 4);
select api.delete_day_hours(:doctor, current_date + 3);
select is(
    (api.get_day_hours(:doctor, current_date + 3)).differs, false,
    'a day has the hours of its weekday again'
);
select is(tests.day_of(:doctor, 3), '[09:00] [09:30]', 'and their slots');
select is(tests.day_of(:doctor, 4), '', 'another day keeps its own');
select lives_ok(
    format('select api.delete_day_hours(%s, current_date + 3)', :doctor), 'once more is no fault'
);
select throws_ok(
    format('select api.delete_day_hours(%s, current_date + 3)', :other), 'PT404',
    'doctor_not_found', 'of another doctor it is'
);

select * from finish();
rollback;
