begin;
select plan(3);

select tests.slot(tests.doctor(), capacity => 9) as slot \gset
select tests.booking(:slot), tests.booking(:slot);
\set require 'select core.require_few_unpaid(%L, %s, clock_timestamp())'
select is(
    tests.refusal_of(format(:'require', 'ann@example.com', 3)), null, 'two are fewer than three'
);
select throws_ok(
    format(:'require', 'ann@example.com', 2), 'PT409', 'too_many_unpaid', 'but not than two'
);
select is(tests.refusal_of(format(:'require', 'b@example.com', 1)), null, 'others are not counted');

select * from finish();
rollback;
