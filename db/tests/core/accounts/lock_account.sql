begin;
select plan(3);

select tests.account(email => 'ann@example.com') as ann \gset
select is(
    (select a.email::text from core.lock_account(:ann) as a), 'ann@example.com', 'an account'
);
select throws_ok('select core.lock_account(0)', 'PT404', 'account_not_found', 'that there is');
select throws_ok('select core.lock_account(null)', 'PT404', 'account_not_found', 'not null');

select * from finish();
rollback;
