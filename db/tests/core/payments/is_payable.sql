begin;
select plan(4);

select tests.slot(tests.doctor(), capacity => 40) as slot \gset
create function pg_temp.payable(booking_id bigint) returns boolean
language sql
as $$
select core.is_payable(b, clock_timestamp()) from data.booking as b where b.id = booking_id
$$;
select set_eq(
    format(
        $$select s.status::text from unnest(enum_range(null::data.booking_status)) as s (status)
        where pg_temp.payable(tests.booking(%s, status => s.status::text))$$, :slot
    ),
    array['PENDING'], 'what is prepaid is paid while it is held'
);
select set_eq(
    format(
        $$select s.status from unnest('{CONFIRMED,CHECKED_IN,COMPLETED,NO_SHOW,CANCELLED,FAILED}'
            ::text[]) as s (status)
        where pg_temp.payable(tests.unpaid(%s, s.status))$$, :slot
    ),
    array['CONFIRMED', 'CHECKED_IN', 'COMPLETED', 'NO_SHOW'],
    'what is paid at the visit is paid at any time, unless it was cancelled'
);
select tests.booking(:slot) as run_out, tests.unpaid(:slot, 'COMPLETED') as paid \gset
select tests.run_out(:run_out), tests.payment(:paid, 'SUCCEEDED');
select is(pg_temp.payable(:run_out), false, 'hole 4: not after the hold ran out');
select is(pg_temp.payable(:paid), false, 'nor twice');

select * from finish();
rollback;
