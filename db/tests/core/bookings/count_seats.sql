begin;
select plan(3);

select is(core.count_seats('{[1,2)}'), 1, 'one');
select is(core.count_seats('{[1,4),[7,9)}'), 5, 'seats apart are counted together');
select is(core.count_seats('{}'), 0, 'none');

select * from finish();
rollback;
