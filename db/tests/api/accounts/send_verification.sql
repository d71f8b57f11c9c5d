begin;
select plan(5);

select tests.account(email => 'ann@example.com') as ann \gset
\set sent 'select m.kind, m.to_address::text from data.message as m order by m.id'

select tests.act_as('patient', :ann);
select isnt((select s.message from api.send_verification() as s), null, 'something is said');
select tests.act_as_nobody();
select results_eq(
    :'sent', $$values ('verification', 'ann@example.com')$$, 'and a mail goes to the address'
);
update data.account set email_verified_at = clock_timestamp() where id = :ann;
select tests.act_as('patient', :ann);
select api.send_verification() \g /dev/null
select tests.act_as_nobody();
select is((select count(*) from data.message), 1::bigint, 'where it is verified, none');
update data.account set new_email = 'new@example.com' where id = :ann;
select tests.act_as('patient', :ann);
select api.send_verification() \g /dev/null
select tests.act_as_nobody();
select results_eq(
    :'sent' || ' offset 1',
    $$values ('verification', 'new@example.com'), ('address_change', 'ann@example.com')$$,
    'but to a new one there is again, of which the present one is told'
);
select tests.act_as('anon');
select throws_ok('select api.send_verification()', '42501', null, 'nobody has no address');

select * from finish();
rollback;
