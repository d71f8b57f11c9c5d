begin;
select plan(11);

select tests.account() as ann, tests.slot(tests.doctor(), capacity => 20) as slot \gset
select
    tests.booking(:slot, :ann) as anns,
    tests.booking(:slot, :ann) as run_out,
    tests.booking(:slot, :ann) as declined
\gset
select tests.run_out(:run_out), tests.payment(:declined, 'FAILED');
update data.booking as b set status = 'FAILED' where b.id = :declined;
create function pg_temp.require(booking_id bigint) returns void
language sql
as $$
select core.require_payable(b, clock_timestamp()) from data.booking as b where b.id = booking_id
$$;
\set require 'select pg_temp.require(%s)'

select is(tests.refusal_of(format(:'require', :anns)), null, 'what is held may be paid');
select
    is(
        tests.refusal_of(format(:'require', b.id)),
        format('PT409 already_paid Booking %s has nothing left to pay.', b.id),
        format('nothing is due of what is %s', b.status)
    )
from (
    select tests.booking(:slot, status => s.status) as id, s.status
    from (values ('CONFIRMED'), ('CHECKED_IN'), ('COMPLETED'), ('NO_SHOW')) as s (status)
) as b;
select is(
    tests.refusal_of(format(:'require', :run_out)),
    format('PT409 booking_expired The hold of booking %s has run out.', :run_out),
    'hole 4: a hold that has run out is not paid'
);
select is(
    tests.refusal_of(format(:'require', :declined)),
    format('PT409 booking_not_active Booking %s is already FAILED.', :declined),
    'what was declined is not paid'
);
select throws_ok(
    format(:'require', tests.booking(:slot, status => 'CANCELLED')), 'PT409', 'booking_not_active',
    'what was cancelled is not paid'
);

select is(
    tests.refusal_of(format(:'require', tests.unpaid(:slot, 'COMPLETED'))), null,
    'what is paid at the visit may be paid behind it'
);
select throws_ok(
    format(:'require', tests.booking(:slot, amount => 0)), 'PT409', 'already_paid',
    'nothing is due where it costs nothing'
);
select tests.booking(:slot) as declined_by_provider \gset
select tests.payment(:declined_by_provider, 'FAILED', 'acme'), tests.run_out(:declined_by_provider);
update data.booking as b set status = 'FAILED' where b.id = :declined_by_provider;
select throws_ok(
    format(:'require', :declined_by_provider), 'PT409', 'booking_expired',
    'what a provider declined was held on until it ran out'
);

select * from finish();
rollback;
