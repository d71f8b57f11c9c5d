begin;
select plan(3);

select ok(not core.is_ahead(pg_current_xact_id()), 'this transaction is not');
select ok(not core.is_ahead('3'), 'nor is one that has been');
select ok(core.is_ahead('9000000000000000000'), 'one that cannot have been yet is');

select * from finish();
rollback;
