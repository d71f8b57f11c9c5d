begin;
select plan(14);

select tests.clinic(cancellation_notice_hours => 24) as clinic \gset
select tests.doctor(clinic => :clinic) as doctor \gset
select tests.slot(:doctor, clock_timestamp() + interval '3 days', capacity => 9) as slot \gset
select s.start_time as start from data.slot as s where s.id = :slot \gset
create function pg_temp.cancellable(booking_id bigint, before text, by_staff boolean default false)
returns boolean
language sql
as $$
select core.require_cancellable(b, by_staff, s.start_time - before::interval)
from data.booking as b join data.slot as s on s.id = b.slot_id
where b.id = booking_id
$$;
select
    tests.booking(:slot, status => 'CONFIRMED') as paid,
    tests.booking(:slot) as held,
    tests.booking(:slot, status => 'CANCELLED') as cancelled,
    tests.booking(:slot, status => 'CHECKED_IN') as there,
    tests.booking(:slot, status => 'CONFIRMED') as moved
\gset
update data.booking as b set refund_forfeited = true where b.id = :moved;

select is(pg_temp.cancellable(:paid, '24 hours'), true, 'in time, with a refund');
select is(pg_temp.cancellable(:paid, '24 hours -1 second'), false, 'late, with none');
select is(pg_temp.cancellable(:paid, '1 second'), false, 'until the slot starts');
select is(pg_temp.cancellable(:moved, '48 hours'), false, 'with none after a late move');
select is(pg_temp.cancellable(:paid, '1 hour', true), true, 'by staff always with one');
select is(pg_temp.cancellable(:moved, '-1 hour', true), true, 'and at any time');
select throws_ok(
    format('select pg_temp.cancellable(%s, ''0'')', :paid), 'PT409', 'too_late_to_cancel',
    'others not once it starts'
);
select is(
    tests.refusal_of(format('select pg_temp.cancellable(%s, ''1 hour'', true)', b.id)),
    format('PT409 booking_not_active Booking %s is already %s.', b.id, b.status), b.what
)
from (
    values (:cancelled, 'CANCELLED', 'not twice'), (:there, 'CHECKED_IN', 'nor who is there')
) as b (id, status, what);
select is(pg_temp.cancellable(:held, '3 days'), true, 'a hold may be cancelled');
select is(
    tests.refusal_of(format('select pg_temp.cancellable(%s, ''1 hour'', true)', :held)),
    format('PT409 booking_not_active Booking %s is already FAILED.', :held),
    'unless it has run out'
);
select lives_ok(
    format('select core.require_cancellable(b, true, b.expires_at - interval ''1 microsecond'')
        from data.booking as b where b.id = %s', :held),
    'which it has not right before'
);
select throws_ok(
    format('select core.require_cancellable(b, true, b.expires_at)
        from data.booking as b where b.id = %s', :held),
    'PT409', 'booking_not_active', 'but has then'
);
select is(
    (select count(*) from data.booking as b where b.status = 'CANCELLED'), 1::bigint,
    'asking changes nothing'
);

select * from finish();
rollback;
