begin;
select plan(2);

select is(core.owner_key('a@example.com'), core.owner_key('a@example.com'), 'one lock an owner');
select isnt(core.owner_key('1'), core.owner_key('2'), 'another for another');

select * from finish();
rollback;
