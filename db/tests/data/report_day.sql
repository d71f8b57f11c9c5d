-- What is counted for the reports: one row a doctor's day, one a currency.
begin;
select plan(6);

select tests.slot(tests.doctor(), capacity => 2) as slot \gset
select tests.booking(:slot, status => 'CONFIRMED');
select tests.count_reports();
select is(
    tests.constraint_against('insert into data.report_day select * from data.report_day'),
    'report_day_pkey', 'a day is counted once'
);
select is(
    tests.constraint_against('update data.report_day set doctor_id = 0'), 'report_day_doctor_fkey',
    'of a doctor'
);
select is(
    tests.constraint_against('insert into data.report_money select * from data.report_money'),
    'report_money_pkey', 'its money, too'
);
select is(
    tests.constraint_against('update data.report_money set doctor_id = 0'),
    'report_money_doctor_fkey', 'of a doctor'
);
select is(
    tests.constraint_against('insert into data.report_state default values'), 'report_state_pkey',
    'how far that has come is one row'
);
select is(
    tests.constraint_against('insert into data.report_state (singleton) values (false)'),
    'report_state_one_row', 'of no kind'
);

select * from finish();
rollback;
