begin;
select plan(10);
set local client_min_messages = warning;

select tests.slot(tests.doctor(), capacity => 9) as slot \gset
select tests.booking(:slot) as booking, tests.booking(:slot, status => 'CONFIRMED') as paid \gset
insert into data.refund (payment_id, captured_amount, portion)
select p.id, p.captured_amount, numrange(0, 1) from data.payment as p where p.booking_id = :paid;

select is(
    tests.constraint_against('delete from data.booking where id = ' || :booking),
    'booking_never_deleted',
    'hole 15: no booking is deleted, also by a superuser'
);
select is(
    tests.constraint_against('delete from data.payment'), 'payment_never_deleted',
    'hole 15: no payment is'
);
select is(
    tests.constraint_against('delete from data.refund'), 'refund_never_deleted',
    'hole 15: no refund is'
);
select is(
    tests.constraint_against('delete from data.provider_event'), 'provider_event_never_deleted',
    'nor what a provider reported'
);
select tests.waitlist_entry(:slot);
select is(
    tests.constraint_against('delete from data.waitlist_entry'), 'waitlist_entry_never_deleted',
    'nor who waited'
);
select is(
    tests.constraint_against('truncate data.refund'), 'refund_never_deleted',
    'refunds are not truncated'
);
select is(
    tests.constraint_against('truncate data.payment cascade'), 'payment_never_deleted',
    'payments are not'
);
select is(
    tests.constraint_against('truncate data.slot cascade'), 'booking_never_deleted',
    'bookings are not, not even by way of what they refer to'
);
select is(
    tests.constraint_against('delete from data.slot where id = ' || :slot), 'booking_slot_fkey',
    'a slot with bookings is not deleted'
);
select is(
    (select count(*) from data.booking as b where b.slot_id = :slot), 2::bigint,
    'they are all there'
);

select * from finish();
rollback;
