begin;
select plan(11);

select tests.account() as ann, tests.account(role => 'admin') as eve,
    tests.account(role => 'doctor') as sun,
    tests.account(role => 'doctor', status => 'PENDING_APPROVAL') as dan,
    tests.account(role => 'doctor', status => 'REJECTED') as rex \gset
select tests.doctor(account => :sun) as doctor \gset
select tests.slot(:doctor) as slot \gset
\set reactivate 'select a.status::text from api.reactivate_account(%s) as a'

select tests.act_as('admin', :eve);
select api.suspend_account(:sun) \g /dev/null
select results_eq(format(:'reactivate', :sun), array['ACTIVE'], 'an account comes back');
select results_eq(format(:'reactivate', :sun), array['ACTIVE'], 'twice, too');
select results_eq(format(:'reactivate', :ann), array['ACTIVE'], 'who never was away, too');
select throws_ok(format(:'reactivate', c.account), 'PT' || c.status, c.code, c.sentence)
from (
    values
    (:dan::text, 409, 'account_not_suspended', 'who waits is approved or rejected'),
    (:rex::text, 409, 'account_not_suspended', 'who was rejected is approved'),
    ('0', 404, 'account_not_found', 'nobody does not come back'),
    ('null', 404, 'account_not_found', 'nor does null')
) as c (account, status, code, sentence);
select tests.act_as('doctor', :sun);
select is((select m.id from api.me() as m), :sun::bigint, 'the account may log in');
select tests.act_as('anon');
select results_eq(
    'select s.id from api.list_slots() as s', array[:slot]::bigint[], 'the slots are offered'
);
select lives_ok(
    format('select api.book_slot(%s, ''Bob'', ''bob@example.com'')', :slot), 'and booked'
);
select tests.act_as('doctor', :sun);
select throws_ok(format(:'reactivate', :sun), '42501', null, 'only admins do that');

select * from finish();
rollback;
