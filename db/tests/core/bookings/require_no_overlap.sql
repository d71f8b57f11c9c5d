begin;
select plan(3);

select tests.slot(tests.doctor(), capacity => 9) as slot \gset
select tests.booking(:slot) as booking \gset
\set require 'select core.require_no_overlap(%L, %s, clock_timestamp() %s)'
select throws_ok(
    format(:'require', 'ann@example.com', :slot, ''), 'PT409', 'overlaps_own_booking',
    'two at one time are refused'
);
select is(
    tests.refusal_of(format(:'require', 'ann@example.com', :slot, ',' || :booking)), null,
    'the one that is moved is left out'
);
select is(
    tests.refusal_of(format(:'require', 'bob@example.com', :slot, '')), null,
    'others may come at the same time'
);

select * from finish();
rollback;
