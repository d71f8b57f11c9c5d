-- All of this as a superuser, who gets past grants but not past this.
begin;
select plan(14);

select tests.account() as ann, tests.account() as bob \gset
select tests.doctor() as doctor \gset
select tests.slot(:doctor, capacity => 200) as slot \gset

-- Each pair of statuses, tried with everything else in order.
create temp table attempt as
select
    f.status as old, t.status as new, tests.booking(:slot, status => f.status::text) as booking_id
from unnest(enum_range(null::data.booking_status)) as f (status)
cross join unnest(enum_range(null::data.booking_status)) as t (status);
select tests.payment(a.booking_id, 'SUCCEEDED') from attempt as a where a.old = 'PENDING';
alter table attempt add refused_by text;
update attempt as a
set refused_by = tests.constraint_against(format(
    'update data.booking set status = %L, confirmed_at = clock_timestamp(), cancelled_at = %L,
        checked_in_at = %L, completed_at = %L where id = %s',
    a.new, case when a.new = 'CANCELLED' then now() end,
    case when a.new in ('CHECKED_IN', 'COMPLETED') then now() end,
    case when a.new = 'COMPLETED' then now() end, a.booking_id
));
select is((select count(*) from attempt), 49::bigint, 'every pair of the seven statuses is tried');
select set_eq(
    $$select a.old || ' to ' || a.new from attempt as a
        where a.refused_by is null and a.old <> a.new$$,
    array[
        'PENDING to CONFIRMED', 'PENDING to FAILED', 'PENDING to CANCELLED',
        'CONFIRMED to CANCELLED', 'CONFIRMED to CHECKED_IN', 'CONFIRMED to NO_SHOW',
        'CHECKED_IN to COMPLETED', 'CHECKED_IN to CONFIRMED', 'NO_SHOW to CHECKED_IN'
    ],
    'exactly the steps of the drawing pass'
);
select is_empty(
    $$select a.old, a.new, a.refused_by from attempt as a
      where a.refused_by <> 'booking_status_machine' or a.old = a.new
          and a.refused_by is not null$$,
    'the status machine refuses all others, and staying is no step'
);

-- How a booking begins.
prepare begin_with (data.booking_status, numeric, data.payment_terms) as
insert into data.booking (
    slot_id, doctor_id, slot_capacity, account_id, patient_name, patient_email, seats, status,
    amount, currency, expires_at, confirmed_at, cancelled_at, payment_terms
)
values (
    :slot, :doctor, 200, :ann, 'Ann', 'ann@example.com', '{[200,201)}', $1, $2, 'USD',
    clock_timestamp() + interval '1 minute', clock_timestamp(),
    case when $1 = 'CANCELLED' then clock_timestamp() end, $3
);
select results_eq(
    $$select s.status::text,
          tests.constraint_against(format('execute begin_with(%L, 50, ''PREPAID'')', s.status))
      from unnest(enum_range(null::data.booking_status)) as s (status)$$,
    $$values ('PENDING', null), ('CONFIRMED', 'booking_status_machine'),
        ('FAILED', 'booking_status_machine'), ('CANCELLED', 'booking_status_machine'),
        ('CHECKED_IN', 'booking_status_machine'), ('COMPLETED', 'booking_status_machine'),
        ('NO_SHOW', 'booking_status_machine')$$,
    'a booking that costs something begins as PENDING'
);
select
    results_eq(
        format($$select s.status::text,
              tests.constraint_against(format('execute begin_with(%%L, %s)', s.status))
          from unnest(enum_range(null::data.booking_status)) as s (status)$$, t.terms),
        $$values ('PENDING', null), ('CONFIRMED', null),
            ('FAILED', 'booking_status_machine'), ('CANCELLED', 'booking_status_machine'),
            ('CHECKED_IN', 'booking_status_machine'), ('COMPLETED', 'booking_status_machine'),
            ('NO_SHOW', 'booking_status_machine')$$,
        format('one that costs %s may begin as CONFIRMED', t.what)
    )
from (
    values ('0, ''''PREPAID''''', 'nothing'), ('50, ''''AT_VISIT''''', 'nothing before the visit')
) as t (terms, what);

-- What confirms.
\set confirm 'update data.booking set (status, confirmed_at, checked_in_at) = '
\set confirm :confirm '(''CONFIRMED'', now(), null) where id = '
select
    tests.booking(:slot) as unpaid,
    tests.booking(:slot) as late,
    tests.booking(:slot) as paid,
    tests.booking(:slot) as other
\gset
select is(
    tests.constraint_against(:'confirm' || :unpaid), 'booking_confirmed_by_payment',
    'hole 5: nothing is confirmed without a payment'
);
select tests.payment(:unpaid), tests.payment(:other, 'SUCCEEDED');
select is(
    tests.constraint_against(:'confirm' || :unpaid), 'booking_confirmed_by_payment',
    'nor with one that is not settled, nor with that of another booking'
);
select tests.payment(:late, 'SUCCEEDED'), tests.payment(:paid, 'SUCCEEDED');
select tests.run_out(:late);
select throws_ok(
    :'confirm' || :late, 'PT409', 'booking_expired', 'hole 4: nor after the hold ran out'
);
select is(
    tests.constraint_against(:'confirm' || :paid), null, 'but with a payment while the hold lasts'
);


-- What needs no payment to be confirmed: an offer that is accepted, a check-in that is corrected.
select tests.booking(:slot, amount => 0) as free, tests.booking(:slot) as at_visit \gset
select tests.booking(:slot, status => 'CHECKED_IN') as early \gset
set local session_replication_role = replica;
update data.booking set payment_terms = 'AT_VISIT' where id = :at_visit;
update data.booking set expires_at = created_at + interval '1 microsecond' where id = :early;
set local session_replication_role = origin;
select
    is(tests.constraint_against(:'confirm' || c.id), null, c.sentence)
from (
    values
    (:free, 'what costs nothing is confirmed without a payment'),
    (:at_visit, 'and what is paid at the visit'),
    (:early, 'a check-in is taken back, long after the hold')
) as c (id, sentence);

select tests.booking(:slot, status => 'CONFIRMED', seats => 2) as revised \gset
update data.booking as b set patient_name = 'Ann', revision = 9 where b.id = :revised;
update data.booking as b
set seats = int4multirange(int4range(lower(b.seats), lower(b.seats) + 1)), seat_count = 1
where b.id = :revised;
update data.booking as b set status = 'CANCELLED', cancelled_at = clock_timestamp()
where b.id = :revised;
select is(
    (select b.revision from data.booking as b where b.id = :revised), 2,
    'seats given back and a cancellation are revisions, another name is none, nor is a number'
);

select * from finish();
rollback;
