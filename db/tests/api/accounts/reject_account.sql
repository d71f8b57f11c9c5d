begin;
select plan(10);

select tests.account() as ann, tests.account(role => 'admin') as eve,
    tests.account(role => 'doctor', status => 'PENDING_APPROVAL') as dan,
    tests.account(role => 'doctor', status => 'SUSPENDED') as sue \gset
select tests.doctor(account => :dan, listed => false) as doctor \gset
select core.make_account_token(:dan, 'RESET', 'dan@example.com') \g /dev/null

select tests.act_as('admin', :eve);
select is(
    (select a.status::text from api.reject_account(:dan) as a), 'REJECTED', 'an admin says no'
);
select is((select a.status::text from api.reject_account(:dan) as a), 'REJECTED', 'twice, too');
select throws_ok(
    format('select api.reject_account(%s)', c.account), 'PT' || c.status, c.code, c.sentence
)
from (
    values
    (:ann::text, 409, 'account_not_pending', 'who may log in already is not rejected'),
    (:sue::text, 409, 'account_not_pending', 'nor is who was suspended'),
    ('0', 404, 'account_not_found', 'nor is nobody'),
    ('null', 404, 'account_not_found', 'nor is null')
) as c (account, status, code, sentence);
select tests.act_as_nobody();
select is_empty('select from data.account_token', 'what was mailed is worth nothing any more');
select tests.act_as('admin', :eve);
select is(
    (select a.status::text from api.approve_account(:dan) as a), 'ACTIVE',
    'one may think better of it'
);
select lives_ok(format('select api.get_doctor(%s)', :doctor), 'then the doctor is there');
select tests.act_as('patient', :ann);
select throws_ok(
    format('select api.reject_account(%s)', :dan), '42501', null, 'only admins do that'
);

select * from finish();
rollback;
