begin;
select plan(2);

select tests.booking(tests.slot(tests.doctor())) as booking \gset
insert into data.reminder (booking_id, due_at) values (:booking, now());
\set insert 'insert into data.reminder (booking_id, due_at) values (%s, now())'
select is(
    tests.constraint_against(format(:'insert', :booking)), 'reminder_pkey', 'one for each booking'
);
select is(
    tests.constraint_against(format(:'insert', 0)), 'reminder_booking_fkey', 'that there is'
);

select * from finish();
rollback;
