begin;
select plan(14);

select tests.account() as ann, tests.slot(tests.doctor(), capacity => 20) as slot \gset
select
    tests.booking(:slot) as due,
    tests.booking(:slot, amount => 0, status => 'CONFIRMED') as free,
    tests.booking(:slot) as run_out,
    tests.booking(:slot, status => 'FAILED') as expired,
    tests.booking(:slot) as declined,
    tests.booking(:slot, status => 'CANCELLED') as cancelled,
    tests.booking(:slot, status => 'CONFIRMED') as paid,
    tests.booking(:slot, status => 'CONFIRMED') as refunding,
    tests.booking(:slot, status => 'CONFIRMED') as paid_twice,
    tests.booking(:slot, seats => 3) as wide
\gset
select tests.payment(:due), tests.run_out(:run_out), tests.payment(:declined, 'FAILED');
update data.booking as b set status = 'FAILED' where b.id = :declined;
select tests.payment(:paid, 'FAILED'), tests.payment(:paid_twice, 'SURPLUS') as surplus \gset
prepare shown as
select b.status || ' ' || b.payment_status from api.booking as b where b.id = $1::bigint;
select p.id as payment from data.payment as p where p.booking_id = :refunding \gset

select results_eq(format('execute shown(%s)', b.id), array[b.shown], b.sentence)
from (
    values
    (:due, 'PENDING DUE', 'what is held is to be paid, begun or not'),
    (:free, 'CONFIRMED NONE', 'what costs nothing is not'),
    (:run_out, 'FAILED NONE', 'a hold that has run out has failed and owes nothing'),
    (:expired, 'FAILED NONE', 'also when it is marked so'),
    (:declined, 'FAILED FAILED', 'a decline shows as one'),
    (:cancelled, 'CANCELLED NONE', 'what was cancelled unpaid owes nothing'),
    (:paid, 'CONFIRMED SUCCEEDED', 'what is paid is paid, whatever failed before'),
    (:refunding, 'CONFIRMED SUCCEEDED', 'so is this')
) as b (id, shown, sentence);

select api.cancel_booking(:refunding);
select results_eq(
    format('execute shown(%s)', :refunding), array['CANCELLED REFUND_DUE'],
    'what is given back is owed first'
);
update data.refund as f set status = 'SENT' where f.payment_id = :payment;
select results_eq(
    format('execute shown(%s)', :refunding), array['CANCELLED REFUND_DUE'],
    'it is owed until it has arrived'
);
update data.refund as f set status = 'DONE' where f.payment_id = :payment;
select results_eq(
    format('execute shown(%s)', :refunding), array['CANCELLED REFUNDED'], 'then it is refunded'
);

insert into data.refund (payment_id, captured_amount, portion)
values (:surplus, 50, numrange(0, 50)) returning id as refund \gset
select results_eq(
    format('execute shown(%s)', :paid_twice), array['CONFIRMED SUCCEEDED'],
    'what is paid is paid, also while a surplus is owed back'
);
update data.refund as f set status = 'SENT' where f.id = :refund;
update data.refund as f set status = 'DONE' where f.id = :refund;
select results_eq(
    format('execute shown(%s)', :paid_twice), array['CONFIRMED SUCCEEDED'],
    'and when it has arrived, the booking is as paid as before'
);
select is(
    (select b.seats from api.booking as b where b.id = :wide), 3, 'seats are counted, not listed'
);

select * from finish();
rollback;
