begin;
select plan(5);

select
    tests.account() as ann,
    tests.account() as bob,
    tests.slot(tests.doctor(), capacity => 9) as slot
\gset
select
    tests.booking(:slot, :ann) as b1,
    tests.booking(:slot, :bob) as b2,
    tests.booking(:slot) as b3,
    tests.booking(:slot, :ann, status => 'CANCELLED') as b4,
    tests.booking(:slot, :ann) as b5
\gset
\set list 'select b from core.list_account_bookings(%s, %s, %s) as b'

select results_eq(
    format(:'list', :ann, 9, 'null'), array[:b5, :b4, :b1]::bigint[],
    'those of the account, newest first'
);
select results_eq(
    format(:'list', :ann, 2, 'null'), array[:b5, :b4]::bigint[], 'no more than a page'
);
select results_eq(
    format(:'list', :ann, 2, :b4), array[:b1]::bigint[], 'after a row come older ones'
);
select is_empty(format(:'list', :ann, 2, :b1), 'after the oldest there is none');
select is_empty(format(:'list', 'null', 9, 'null'), 'guests'' bookings are nobody''s');

select * from finish();
rollback;
