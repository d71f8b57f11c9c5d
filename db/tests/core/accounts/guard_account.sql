-- All of this as a superuser, who gets past grants but not past this.
begin;
select plan(12);

select tests.account(role => 'admin') as eve, tests.account() as ann,
    tests.account(role => 'admin', status => 'SUSPENDED') as sue \gset

select is(
    tests.constraint_against(format('update data.account set %s where id = %s', c.change, :eve)),
    c.refused_by, c.sentence
)
from (
    values
    ('status = ''SUSPENDED''', 'account_last_admin', 'the last admin is not suspended'),
    ('status = ''PENDING_APPROVAL''', 'account_last_admin', 'nor anything else but active'),
    ('role = ''patient''', 'account_last_admin', 'nor demoted'),
    ('name = ''Eva'', role = ''admin''', null, 'but may change the name')
) as c (change, refused_by, sentence);
select is(
    tests.constraint_against('update data.account set status = ''SUSPENDED'' where id = ' || :ann),
    null, 'a patient may be suspended'
);
select tests.account(role => 'admin') as max \gset
select is(
    tests.constraint_against('update data.account set role = ''patient'' where id = ' || :eve),
    null, 'one of two admins may go'
);
select is(
    tests.constraint_against('update data.account set status = ''SUSPENDED''
        where role = ''admin'''),
    'account_last_admin', 'but not both at once'
);
update data.account set status = 'SUSPENDED' where id = :max;
select is(
    tests.constraint_against('update data.account set role = ''patient'' where id = ' || :eve),
    'account_last_admin', 'nor one after the other'
);
select is(
    tests.constraint_against('delete from data.account where id = ' || :eve),
    'account_last_admin', 'nor deleted'
);
select is(
    tests.constraint_against('truncate data.account cascade'), 'booking_never_deleted',
    'nor together with all others'
);
select is(
    tests.constraint_against('delete from data.account where id = ' || :max), null,
    'one who is suspended may be deleted'
);
update data.account set status = 'ACTIVE' where id = :max;
select is(
    tests.constraint_against('delete from data.account where id = ' || :eve), null,
    'and one of two'
);

select * from finish();
rollback;
