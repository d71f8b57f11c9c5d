begin;
select plan(4);

select is(
    core.status_at('PENDING', '2030-01-01', '2029-12-31')::text, 'PENDING', 'a hold is a hold'
);
select is(
    core.status_at('PENDING', '2030-01-01', '2030-01-01')::text, 'FAILED', 'until it runs out'
);
select is(
    core.status_at('CONFIRMED', '2030-01-01', '2031-01-01')::text, 'CONFIRMED',
    'what was confirmed has no such end'
);
select is(
    core.status_at('CANCELLED', null, '2031-01-01')::text, 'CANCELLED', 'and what is over stays'
);

select * from finish();
rollback;
