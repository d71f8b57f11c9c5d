begin;
select plan(16);

select tests.account() as ann, tests.account() as bob, tests.account(role => 'doctor') as sun \gset
select tests.doctor(account => :sun) as doctor \gset
select tests.slot(:doctor) as slot, tests.slot(:doctor) as other_slot \gset
select
    tests.waitlist_entry(:slot, account => :ann) as ann_s,
    tests.waitlist_entry(:slot, manage_token => 'right') as guest_s,
    tests.waitlist_entry(:slot, account => :bob) as bob_s,
    tests.waitlist_entry(:slot, patient_name => 'Last') as last_s
\gset
\set leave 'select api.leave_waitlist(%s, %L)'
create function pg_temp.stored(id bigint) returns text
language sql security definer
as $$
select concat_ws(
    ' ', case when w.waiting then 'waits' end, case when w.ended_at is not null then 'left' end,
    b.status, b.cancelled_by
)
from data.waitlist_entry as w left join data.booking as b on b.id = w.booking_id
where w.id = stored.id
$$;

select tests.act_as('anon');
select throws_ok(
    format(:'leave', :ann_s, 'right'), 'PT404', 'waitlist_not_found', 'a stranger cannot'
);
select throws_ok(format(:'leave', 0, 'right'), 'PT404', 'waitlist_not_found', 'nor from nothing');
select lives_ok(format(:'leave', :guest_s, 'right'), 'a guest leaves by the token');
select is(pg_temp.stored(:guest_s), 'left', 'and has left');
select lives_ok(format(:'leave', :guest_s, 'right'), 'again it is no error');

-- An offer.
select tests.act_as_nobody();
select core.offer_seats(array[:slot]);
select is(pg_temp.stored(:ann_s), 'PENDING', 'Ann has an offer');
select tests.act_as('patient', :bob);
select throws_ok(
    format(:'leave', :ann_s, null), 'PT404', 'waitlist_not_found', 'which is hers alone'
);
select tests.act_as('patient', :ann);
select lives_ok(format(:'leave', :ann_s, null), 'she declines it by leaving');
select is(pg_temp.stored(:ann_s), 'CANCELLED PATIENT', 'that cancels the offer');
select is(pg_temp.stored(:bob_s), 'PENDING', 'which goes to the next one');
select tests.act_as('doctor', :sun);
select lives_ok(format(:'leave', :bob_s, null), 'the doctor may strike somebody off');
select is(pg_temp.stored(:bob_s), 'CANCELLED STAFF', 'as staff');

-- A booking.
select is(pg_temp.stored(:last_s), 'PENDING', 'the last one has an offer');
select api.reschedule_booking(w.booking_id, :other_slot)
from api.get_waitlist_entry(:last_s) as w;
select throws_ok(
    format(:'leave', :last_s, null), 'PT409', 'already_booked',
    'what was moved to another slot is no offer any more'
);
select tests.act_as_nobody();
select w.booking_id as booking from data.waitlist_entry as w where w.id = :last_s \gset
select tests.run_out(:booking);
select lives_ok(format(:'leave', :last_s, null), 'what has run out is over');
select tests.waitlist_entry(:slot, account => :ann) as again \gset
select core.offer_seats(array[:slot]);
select w.booking_id as booking from data.waitlist_entry as w where w.id = :again \gset
select tests.payment(:booking, 'SUCCEEDED');
update data.booking as b set status = 'CONFIRMED', confirmed_at = clock_timestamp()
where b.id = :booking;
select throws_ok(
    format(:'leave', :again, null), 'PT409', 'already_booked', 'what was paid is a booking'
);

select * from finish();
rollback;
