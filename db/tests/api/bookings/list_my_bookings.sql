begin;
select plan(14);

select
    tests.account(email => 'ann@example.com') as ann,
    tests.account() as bob,
    tests.account(role => 'admin') as eve,
    tests.account(role => 'doctor') as sun
\gset
select tests.doctor(account => :sun) as doctor \gset
select tests.slot(:doctor, capacity => 9) as slot, tests.slot(:doctor, capacity => 9) as later \gset
select
    tests.booking(:later, :ann) as b1,
    tests.booking(:slot, :bob) as b2,
    tests.booking(:slot, :ann, status => 'CANCELLED') as b3,
    tests.booking(:slot, patient_email => 'ann@example.com') as guests,
    tests.booking(:slot, :ann, status => 'CONFIRMED') as b4,
    tests.booking(:slot, :sun) as b5
\gset
\set list 'select b.id from api.list_my_bookings(%s) as b'

select tests.act_as('patient', :ann);
select results_eq(
    format(:'list', ''), array[:b4, :b3, :b1]::bigint[],
    'patients see what their account booked, newest first, not what merely bears their address'
);
select results_eq(format(:'list', '"limit" => 2'), array[:b4, :b3]::bigint[], 'a first page');
select results_eq(
    format(:'list', format('"limit" => 2, after => %s', :b3)), array[:b1]::bigint[], 'the last page'
);
select results_eq(
    format(:'list', '''{PENDING,CANCELLED}'''), array[:b3, :b1]::bigint[], 'of several statuses'
);
select tests.act_as_nobody();
select tests.move_slot(:slot, now() - interval '1 minute');
select tests.act_as('patient', :ann);
select results_eq(
    format(:'list', '"when" => ''upcoming'''), array[:b1]::bigint[], 'of visits to come'
);
select results_eq(
    format(:'list', '"when" => ''past'''), array[:b4, :b3]::bigint[], 'of those that have started'
);
select results_eq(
    format(:'list', '''{CONFIRMED}'', ''past'', 1'), array[:b4]::bigint[], 'and both together'
);
select is_empty(
    format(:'list', format('"when" => ''past'', after => %s', :b3)), 'page by page'
);
select throws_ok(format(:'list', '"limit" => 501'), '23514', null, 'at most 500 at a time');
select tests.act_as('doctor', :sun);
select results_eq(
    format(:'list', ''), array[:b5]::bigint[],
    'a doctor sees what that account booked, not the day''s work'
);
select tests.act_as('admin', :eve);
select is_empty(format(:'list', ''), 'an admin who booked nothing sees none');
select tests.act_as_nobody();
select is_empty(format(:'list', ''), 'a DBA who acts as nobody sees none');
select tests.act_as('anon');
select throws_ok(format(:'list', ''), '42501', null, 'who is not logged in has none');
select tests.act_as_nobody();
update data.account as a set status = 'PENDING_APPROVAL' where a.id = :ann;
select tests.act_as('patient', :ann);
select throws_ok(
    format(:'list', ''), 'PT401', 'unauthenticated', 'an account that is not active lists nothing'
);

select * from finish();
rollback;
