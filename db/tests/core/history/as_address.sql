begin;
select plan(2);

select is(core.as_address('<Ann@Example.com>,'), 'ann@example.com', 'as it is looked up');
select is(core.as_address('o''neil+x@example.com'), 'o''neil+x@example.com', 'whole');

select * from finish();
rollback;
