begin;
select plan(15);

select
    tests.account(email => 'Ann@Example.com') as ann,
    tests.account(email => 'bob@example.com') as bob,
    tests.account(role => 'admin') as eve
\gset
select tests.slot(tests.doctor(), capacity => 9) as slot \gset
select
    tests.booking(:slot, :ann, patient_email => 'ann@example.com') as b1,
    tests.booking(:slot, :bob, patient_email => 'bob@example.com') as b2,
    tests.booking(:slot, patient_email => 'ANN@example.com') as b3,
    tests.booking(:slot, :ann, patient_email => 'child@example.com') as b4
\gset
\set list 'select b.id from api.list_patient_bookings(%s) as b'

select tests.act_as('patient', :ann);
select results_eq(
    format(:'list', '''ann@example.COM'''), array[:b4, :b1]::bigint[],
    'patients who name their own address see the bookings of their own account'
);
select throws_ok(
    format(:'list', '''bob@example.com'''), 'PT403', 'forbidden', 'another''s address is refused'
);
select is(
    tests.refusal_of(format(:'list', '''bob@example.com''')),
    tests.refusal_of(format(:'list', '''nobody@example.com''')),
    'in the same words as one that nobody has'
);
select results_eq(
    format(:'list', '''ann@example.com'', "limit" => 1'), array[:b4]::bigint[], 'a first page'
);
select results_eq(
    format(:'list', format('''ann@example.com'', after => %s', :b4)), array[:b1]::bigint[],
    'the last page'
);
select throws_ok(
    format(:'list', '''ann@example.com'', "limit" => 501'), '23514', null, 'at most 500 at a time'
);

select tests.act_as('admin', :eve);
select results_eq(
    format(:'list', '''ann@example.com'''), array[:b3, :b1]::bigint[],
    'an admin sees all that bears an address, in whatever case'
);
select results_eq(
    format(:'list', '''ann@example.com'', "limit" => 1'), array[:b3]::bigint[],
    'an admin''s first page'
);
select results_eq(
    format(:'list', format('''ann@example.com'', after => %s', :b3)), array[:b1]::bigint[],
    'an admin''s last page'
);
select is_empty(format(:'list', '''nobody@example.com'''), 'an address without bookings has none');

select tests.act_as('clerk', tests.account(role => 'clerk'));
select results_eq(
    format(:'list', '''ann@example.com'''), array[:b3, :b1]::bigint[],
    'so does a clerk of the clinic'
);
select tests.act_as('clerk', tests.account(role => 'clerk', clinic => tests.clinic()));
select is_empty(
    format(:'list', '''ann@example.com'''), 'a clerk of another clinic sees none of them'
);

select tests.act_as('doctor', tests.account(role => 'doctor'));
select throws_ok(format(:'list', '''ann@example.com'''), '42501', null, 'a doctor may not ask');
select tests.act_as('anon');
select throws_ok(
    format(:'list', '''ann@example.com'''), '42501', null,
    'hole 6: nor may anybody who is not logged in'
);
select tests.act_as_nobody();
update data.account as a set status = 'PENDING_APPROVAL' where a.id = :ann;
select tests.act_as('patient', :ann);
select throws_ok(
    format(:'list', '''ann@example.com'''), 'PT401', 'unauthenticated',
    'an account that is not active lists nothing'
);

select * from finish();
rollback;
