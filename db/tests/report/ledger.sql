begin;
select plan(5);

-- Two clinics at the ends of the world, so that one instant is two days.
select
    tests.clinic(time_zone => 'Pacific/Kiritimati', currency => 'EUR') as east,
    tests.clinic(time_zone => 'Pacific/Pago_Pago') as west
\gset
select
    tests.slot(tests.doctor(clinic => :east), capacity => 9) as east_slot,
    tests.slot(tests.doctor(clinic => :west), capacity => 9) as west_slot
\gset
select
    tests.booking(:east_slot, status => 'CONFIRMED') as kept,
    tests.booking(:east_slot, status => 'CONFIRMED') as cancelled,
    tests.booking(:west_slot, status => 'CONFIRMED') as western,
    tests.booking(:west_slot) as unpaid
\gset
select tests.payment(:kept, 'FAILED'), tests.payment(:unpaid);
select tests.payment(:western, 'SURPLUS') as surplus \gset
insert into data.refund (payment_id, captured_amount, portion)
values (:surplus, 50, numrange(0, 50));
select core.release_bookings(array[:cancelled]::bigint[], 'CANCELLED', refund => true);
update data.refund as f set status = 'SENT' where f.payment_id <> :surplus;
update data.refund as f set status = 'DONE' where f.payment_id <> :surplus;
select tests.count_reports();

set local role slotkeeper_report;
select set_eq(
    'select l.clinic_id, l.account, l.currency::text, sum(l.amount)
    from report.ledger as l group by 1, 2, 3',
    format(
        $$values (%s::bigint, 'CAPTURED', 'EUR', 100.00), (%1$s, 'EARNED', 'EUR', -50.00),
        (%1$s, 'PAID_BACK', 'EUR', -50.00), (%2$s, 'CAPTURED', 'USD', 100.00),
        (%2$s, 'EARNED', 'USD', -50.00), (%2$s, 'OWED_BACK', 'USD', -50.00)$$, :east, :west
    ),
    'what was taken is earned, owed back or paid back'
);
select is_empty(
    'select l.local_date, l.clinic_id, l.currency from report.ledger as l
    group by 1, 2, 3 having sum(l.amount) <> 0',
    'the accounts of a day sum to zero'
);
select results_eq(
    'select distinct l.clinic_id, l.local_date from report.ledger as l order by 1',
    format(
        $$values (%s::bigint, (now() at time zone 'Pacific/Kiritimati')::date),
        (%s, (now() at time zone 'Pacific/Pago_Pago')::date)$$, :east, :west
    ),
    'a day is the clinic''s own'
);
reset role;

-- What happens on different days belongs to each of them.
set local session_replication_role = replica;
update data.payment as p
set created_at = p.created_at - interval '2 days', settled_at = p.settled_at - interval '2 days'
where p.booking_id = :cancelled;
update data.refund as f
set created_at = f.created_at - interval '1 day'
from data.payment as p where p.id = f.payment_id and p.booking_id = :cancelled;
set local session_replication_role = origin;
select tests.count_reports();
set local role slotkeeper_report;
select results_eq(
    format(
        $$select (now() at time zone 'Pacific/Kiritimati')::date - l.local_date, l.account, l.amount
        from report.ledger as l where l.clinic_id = %s order by 1 desc, 2$$, :east
    ),
    $$values (2, 'CAPTURED', 50.00), (2, 'EARNED', -50.00), (1, 'EARNED', 50.00),
    (1, 'OWED_BACK', -50.00), (0, 'CAPTURED', 50.00), (0, 'EARNED', -50.00),
    (0, 'OWED_BACK', 50.00), (0, 'PAID_BACK', -50.00)$$,
    'taken one day, owed the next, paid back the day after'
);
select is_empty(
    'select l.local_date, l.clinic_id, l.currency from report.ledger as l
    group by 1, 2, 3 having sum(l.amount) <> 0',
    'each of these days sums to zero'
);
reset role;

select * from finish();
rollback;
