begin;
select plan(4);

select tests.account() as ann, tests.account(status => 'PENDING_APPROVAL') as bob \gset
select lives_ok(format('select core.hold_account(%s)', :ann), 'an active account is held');
select lives_ok('select core.hold_account(null)', 'a guest has none');
select throws_ok(
    format('select core.hold_account(%s)', :bob), 'PT404', 'account_not_found',
    'one that is not active is not there'
);
select throws_ok('select core.hold_account(0)', 'PT404', 'account_not_found', 'nor is nobody''s');

select * from finish();
rollback;
