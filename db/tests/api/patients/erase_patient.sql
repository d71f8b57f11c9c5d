begin;
select plan(17);

select
    tests.account('Ann', email => 'ann@example.com') as ann, tests.account('Bob') as bob,
    tests.account(role => 'doctor') as sun, tests.account(role => 'clerk') as joe,
    tests.account(role => 'admin') as eve
\gset
select tests.doctor(account => :sun) as doctor \gset
select tests.slot(:doctor) as slot, tests.slot(:doctor, now() - interval '10 minutes') as now \gset
select tests.booking(:slot, :ann, status => 'CONFIRMED') as booking,
    tests.booking(:now, :ann, status => 'CHECKED_IN') as visit \gset
\set erase 'select api.erase_patient(%s)'

select tests.act_as('patient', :ann);
select throws_ok(format(:'erase', :ann), 'PT409', 'patient_has_bookings', 'not before a visit');
select api.cancel_booking(:booking);
select throws_ok(format(:'erase', :ann), 'PT409', 'patient_has_bookings', 'nor during it');
select throws_ok(format(:'erase', :bob), 'PT404', 'patient_not_found', 'nobody erases another');
select tests.act_as('doctor', :sun);
select throws_ok(format(:'erase', :ann), '42501', null, 'doctors erase nobody');
select tests.act_as('clerk', :joe);
select throws_ok(format(:'erase', :ann), '42501', null, 'nor do clerks');
select tests.act_as('anon');
select throws_ok(format(:'erase', :ann), '42501', null, 'nor guests');
select tests.act_as('admin', :eve);
select throws_ok(format(:'erase', :sun), 'PT404', 'patient_not_found', 'a doctor is no patient');
select throws_ok(format(:'erase', :eve), 'PT404', 'patient_not_found', 'nor is an admin');

select tests.act_as_nobody();
update data.booking set status = 'COMPLETED', completed_at = clock_timestamp() where id = :visit;
select tests.act_as('patient', :ann);
select lives_ok(format(:'erase', :ann), 'when all is over a patient may go');
select throws_ok(
    format('select api.get_patient(%s)', :ann), 'PT401', 'unauthenticated', 'and is gone'
);
select tests.act_as('admin', :eve);
select throws_ok(format(:'erase', :ann), 'PT404', 'patient_not_found', 'once');
select is(
    (select b.patient_name || ': ' || b.status || ', ' || b.payment_status
    from api.get_booking(:booking) as b), 'Erased: CANCELLED, REFUND_DUE',
    'what was owed is owed'
);
select throws_ok(
    format('select api.book_slot(%s, ''Ann'', ''ann@example.com'', account_id => %s)', :slot, :ann),
    'PT404', 'account_not_found', 'nobody books for who is gone'
);
select lives_ok(format(:'erase', :bob), 'an admin may be asked for it');
select tests.act_as_nobody();
select results_eq(
    'select c.actor_id, q.kind::text from data.privacy_request as q
        join data.change as c on c.entity = ''privacy_request'' and c.entity_id = q.id
        where c.after is null order by q.id',
    format('values (%s::bigint, ''ERASURE''), (%s, ''ERASURE'')', :ann, :eve),
    'who did it is kept'
);
select is(
    (select count(*) from data.change as c where c.entity = 'change'), 2::bigint,
    'and what was emptied'
);
select lives_ok(
    $$select tests.account(email => 'ann@example.com')$$, 'the address is free for a new account'
);

select * from finish();
rollback;
