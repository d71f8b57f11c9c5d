-- The settings are one row, made by a migration.
begin;
select plan(8);

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

select is(
    (select length(s.token_secret) from data.setting as s), 32, 'each installation has its secret'
);
select is(
    tests.constraint_against('update data.setting set token_secret = ''short'''),
    'setting_token_secret_length', 'which is a long one'
);
select is(
    tests.constraint_against('update data.setting set pseudonym_secret = ''short'''),
    'setting_pseudonym_secret_length', 'and so is the one of reports'
);

select is(
    tests.constraint_against(format('update data.setting set public_url = %L', u.address)),
    u.refused_by, u.address
)
from (
    values
    ('https://example.org:8443/clinic', null),
    ('https://example.org/', 'public_url_form')
) as u (address, refused_by);

select * from finish();
rollback;
