-- What no account can be, whoever writes it.
begin;
select plan(20);

select tests.account(email => 'ann@example.com') as ann \gset
\set register 'select tests.account(email => %L)'

select is(
    tests.constraint_against(format(:'register', 'ann@example.com')), 'account_email_key',
    'an address has one account'
);
select is(
    tests.constraint_against(format(:'register', 'Ann@Example.COM')), 'account_email_key',
    'in whatever case it is written'
);
select is(
    tests.constraint_against(format(:'register', 'ann@example.org')), null, 'another has another'
);
select
    is(
        tests.constraint_against(format(:'register', e.email)), e.refused_by, e.sentence
    )
from (
    values
    ('ann', 'email_form', 'an address says where'),
    ('ann@', 'email_form', 'and where is somewhere'),
    ('@example.com', 'email_form', 'and it says who'),
    ('a@b', 'email_form', 'it has a domain'),
    ('a@b@example.com', 'email_form', 'and only one'),
    ('a nn@example.com', 'email_form', 'no blanks'),
    (E'ann@example.com\n', 'email_form', 'and no second line'),
    (repeat('x', 250) || '@b.c', null, 'it may be 254 characters long'),
    (repeat('x', 251) || '@b.c', 'email_length', 'but not longer')
) as e (email, refused_by, sentence);
select
    is(
        tests.constraint_against(format('update data.account set %s
            where id = %s', c.change, :ann)),
        c.refused_by,
        c.sentence
    )
from (
    values
    ('name = '' ''', 'label_visible', 'a name can be read'),
    ('name = repeat(''x'', 201)', 'label_length', 'and has an end'),
    ('phone = ''+1 (555) 010-0/9.''', null, 'a telephone number may be written in many ways'),
    ('phone = ''555-CALL''', 'phone_form', 'but in digits')
) as c (change, refused_by, sentence);
select throws_ok(
    format('update data.account set role = ''root'' where id = %s', :ann), '22P02', null,
    'there are three roles'
);
select lives_ok(
    format('update data.account set password_hash = null where id = %s', :ann),
    'an account may be without a password; nobody logs in to it'
);
select is(
    tests.constraint_against('update data.account set role = ''clerk'' where id = ' || :ann),
    'account_clerk_has_clinic', 'a clerk works somewhere'
);
select tests.booking(tests.slot(tests.doctor()), :ann);
select is(
    tests.constraint_against('delete from data.account where id = ' || :ann),
    'booking_account_fkey',
    'hole 15: an account that booked is not erased'
);

select * from finish();
rollback;
