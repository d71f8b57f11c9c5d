begin;
select plan(9);

select
    tests.account() as ann,
    tests.account() as bob,
    tests.account(role => 'admin') as eve,
    tests.account(role => 'doctor') as sun,
    tests.account(role => 'clerk') as clerk
\gset
select tests.slot(tests.doctor(account => :sun), capacity => 9) as slot \gset
select
    tests.booking(:slot, :ann) as anns,
    tests.booking(:slot, manage_token => 'right') as guests
\gset
select tests.payment(:anns, 'FAILED', 'acme') as p1, tests.payment(:anns) as p2 \gset
select tests.payment(:guests) as guests_payment \gset
\set list 'select p.id from api.list_booking_payments(%s) as p'

select tests.act_as('patient', :bob);
select throws_ok(
    format(:'list', :anns), 'PT404', 'booking_not_found', 'a stranger learns nothing'
);
select tests.act_as('anon');
select throws_ok(
    format(:'list', :guests), 'PT404', 'booking_not_found', 'nor does who has no token'
);
select results_eq(
    format(:'list', :guests || ', ''right'''), array[:guests_payment]::bigint[],
    'whoever holds it sees the attempts'
);
select tests.act_as('patient', :ann);
select results_eq(
    format(:'list', :anns), array[:p2, :p1]::bigint[], 'a patient sees the own, newest first'
);
select results_eq(
    format(:'list', :anns || ', after => ' || :p2), array[:p1]::bigint[], 'page by page'
);
select throws_ok(
    format(:'list', :anns || ', after => ' || :guests_payment), 'PT400', 'invalid_parameter',
    'behind one of this booking'
);
select tests.act_as('doctor', :sun);
select results_eq(format(:'list', :anns), array[:p2, :p1]::bigint[], 'its doctor does');
select tests.act_as('clerk', :clerk);
select results_eq(format(:'list', :anns), array[:p2, :p1]::bigint[], 'its clinic''s clerk does');
select tests.act_as('admin', :eve);
select results_eq(format(:'list', :anns), array[:p2, :p1]::bigint[], 'and an admin');

select * from finish();
rollback;
