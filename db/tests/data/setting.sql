-- The settings are one row, made by a migration.
begin;
select plan(3);

select results_eq(
    'select s.simulated_payments from data.setting as s', array[false],
    'hole 5: an installation makes up no money unless told to'
);
select is(
    tests.constraint_against('insert into data.setting default values'), 'setting_pkey',
    'there is no second row'
);
select is(
    tests.constraint_against('insert into data.setting (singleton) values (false)'),
    'setting_one_row',
    'of no kind'
);

select * from finish();
rollback;
