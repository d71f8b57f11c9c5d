begin;
select plan(6);

select tests.slot(tests.doctor(), capacity => 9) as slot \gset
select tests.booking(:slot, status => 'CONFIRMED') as paid, tests.booking(:slot) as unpaid \gset
select p.id as payment from data.payment as p where p.booking_id = :paid \gset
select tests.payment(:unpaid) as open_payment, tests.payment(:paid, 'SURPLUS') as surplus \gset
insert into data.refund (payment_id, captured_amount, portion)
values (:payment, 50, numrange(0, 20)), (:payment, 50, numrange(20, 25)), (:payment, 50,
numrange(25, 35)),
(:surplus, 50, numrange(0, 50));
update data.refund as f set status = 'SENT' where f.payment_id = :payment and f.amount > 5;
update data.refund as f
set status = (case f.amount when 20 then 'DONE' else 'FAILED' end)::data.refund_status
where f.status = 'SENT';

set local role slotkeeper_report;
select results_eq(
    $$select p.id, p.booking_id, p.amount::numeric, p.currency::text, p.status::text, p.refund_owed,
        p.refunded,
        p.settled_at is not null
    from report.payment as p order by p.id$$,
    format(
        $$values (%s::bigint, %s::bigint, 50.00, 'USD', 'SUCCEEDED', 15.00, 20.00, true),
            (%s, %s, 50.00, 'USD', 'PENDING', 0, 0, false),
            (%s, %s, 50.00, 'USD', 'SURPLUS', 50.00, 0, true)$$,
        :payment, :paid, :open_payment, :unpaid, :surplus, :paid
    ),
    'every payment is there, with what of it was and is to be given back'
);
select results_eq(
    $$select p.id from report.payment as p where p.status = 'SURPLUS'$$, array[:surplus]::bigint[],
    'a report may ask for a status'
);
select throws_ok(
    'select * from api.payment', '42501', null, 'who reports does not see what the API shows'
);
select throws_ok('select * from data.payment', '42501', null, 'nor the tables');
select throws_ok('select * from data.refund', '42501', null, 'none of them');
select throws_ok('select api.get_payment(1)', '42501', null, 'nor calls a function');

select * from finish();
rollback;
