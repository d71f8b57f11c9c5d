-- What no doctor can be, whoever writes it.
begin;
select plan(24);

select tests.account(role => 'doctor') as sun, tests.clinic() as clinic \gset
select tests.doctor(account => :sun) as doctor, tests.doctor() as other \gset
\set change 'update data.doctor set %s where id = ' :other

select is(tests.constraint_against(format(:'change', c.change)), c.refused_by, c.sentence)
from (
    values
    ('consultation_fee = 0', null, 'hole 14: a fee of 0 is one'),
    ('consultation_fee = 99999999.99', null, 'so is a high one'),
    ('consultation_fee = -0.01', 'fee_range', 'a negative one is not'),
    ('consultation_fee = ''NaN''', 'fee_range', 'nor is what is no number'),
    ('rating = 0', null, 'a rating may be 0'),
    ('rating = 5', null, 'or 5'),
    ('rating = 5.1', 'rating_range', 'but not more'),
    ('rating = -0.1', 'rating_range', 'nor less'),
    ('rating = ''NaN''', 'rating_range', 'nor no number'),
    ('experience_years = -1', 'experience_years_range', 'nobody has worked for less than no time'),
    ('experience_years = 101', 'experience_years_range', 'nor for more than a life'),
    ('name = '' ''', 'label_visible', 'a name can be read'),
    ('name = ''''', 'label_length', 'and is not empty'),
    ('name = repeat(''x'', 201)', 'label_length', 'nor endless'),
    ('email = ''a@b''', 'email_form', 'an address has a domain'),
    ('email = ''a b@example.com''', 'email_form', 'and no blanks'),
    ('phone = ''12''', 'phone_form', 'a telephone number has three digits'),
    ('clinic_id = 0', 'doctor_clinic_fkey', 'a doctor has a clinic'),
    ('account_id = 0', 'doctor_account_fkey', 'an account exists'),
    ('account_id = ' || :sun, 'doctor_account_key', 'and acts for one doctor'),
    (
        'deleted_at = created_at - interval ''1 second''', 'doctor_deleted_after_created',
        'nobody leaves before coming'
    )
) as c (change, refused_by, sentence);
select throws_ok(format(:'change', 'specialization = null'), '23502', null, 'a doctor has a field');
select tests.slot(:doctor);
select is(
    tests.constraint_against(format('delete from data.doctor where id = %s', :doctor)),
    'slot_doctor_fkey',
    'hole 15: a doctor with slots is not erased'
);
select is(
    tests.constraint_against(format('delete from data.account where id = %s', :sun)),
    'doctor_account_fkey',
    'hole 15: nor is the account that acts for one'
);

select * from finish();
rollback;
