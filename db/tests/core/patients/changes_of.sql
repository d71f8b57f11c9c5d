begin;
select plan(3);

select tests.account() as ann, tests.account() as bob, tests.doctor() as doctor \gset
select tests.slot(:doctor, capacity => 9) as slot \gset
select tests.booking(:slot, :ann, status => 'CONFIRMED') as anns,
    tests.booking(:slot, :bob, status => 'CONFIRMED') as bobs,
    tests.waitlist_entry(:slot, :ann) as entry
\gset
insert into data.refund (payment_id, captured_amount, portion)
select p.id, p.captured_amount, numrange(0, 10) from data.payment as p where p.booking_id = :anns;
select tests.record(:ann, :doctor), tests.record(:bob, :doctor);
insert into data.privacy_request (patient_id, kind) values (:ann, 'EXPORT');
update data.account set phone = '+1 555' where id = :ann;

select is(
    array(select distinct c.entity from core.changes_of(:ann) as c order by 1),
    '{account,booking,payment,privacy_request,record,refund,waitlist_entry}',
    'of all that is the account''s'
);
select is(
    (select count(*) from core.changes_of(:ann) as c where c.entity = 'account'), 2::bigint,
    'every change'
);
select is_empty(
    format(
        $$select c.id from core.changes_of(%s) as c
          where c.entity = 'booking' and c.entity_id = %s
              or c.entity = 'account' and c.entity_id = %s$$, :ann, :bobs, :bob
    ),
    'and of nothing else'
);

select * from finish();
rollback;
