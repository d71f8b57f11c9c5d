begin;
select plan(9);

select tests.slot(tests.doctor(), capacity => 20) as slot \gset
create function pg_temp.refusal(booking_id bigint) returns text
language sql
as $$
select tests.refusal_of(
    format(
        'select core.require_live(b, clock_timestamp()) from data.booking as b where b.id = %s',
        booking_id
    )
)
$$;
select
    tests.booking(:slot) as run_out,
    tests.booking(:slot, status => 'FAILED') as failed,
    tests.booking(:slot) as declined
\gset
select tests.run_out(:run_out), tests.payment(:declined, 'FAILED');
update data.booking as b set status = 'FAILED' where b.id = :declined;

select is(pg_temp.refusal(tests.booking(:slot)), null, 'a hold that lasts is live');
select is(
    pg_temp.refusal(tests.booking(:slot, status => 'CONFIRMED')), null, 'so is what is confirmed'
);
select is(
    pg_temp.refusal(:run_out),
    format('PT409 booking_expired The hold of booking %s has run out.', :run_out),
    'a hold that has run out is not'
);
select is(
    pg_temp.refusal(:failed),
    format('PT409 booking_expired The hold of booking %s has run out.', :failed),
    'also after somebody has marked it'
);
select is(
    pg_temp.refusal(:declined),
    format('PT409 booking_not_active Booking %s is already FAILED.', :declined),
    'what was declined did not run out'
);
select
    matches(
        pg_temp.refusal(tests.booking(:slot, status => s.status)),
        format('^PT409 booking_not_active Booking [0-9]+ is already %s\.$', s.status),
        format('%s is not live', s.status)
    )
from (values ('CANCELLED'), ('CHECKED_IN'), ('COMPLETED'), ('NO_SHOW')) as s (status);

select * from finish();
rollback;
