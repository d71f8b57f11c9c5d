-- That it leaves to the due work whose account is locked takes two connections.
begin;
select plan(30);

select tests.clinic(hold_seconds => 60, cancellation_notice_hours => 5) as clinic \gset
update data.clinic as c set waitlist_offer_seconds = 900 where c.id = :clinic;
select tests.doctor(clinic => :clinic, fee => 30) as doctor, tests.account() as ann \gset
select tests.slot(:doctor, capacity => 3) as slot, tests.slot(:doctor) as empty \gset

create function pg_temp.offers(slot_id bigint) returns text
language sql
as $$
select string_agg(w.patient_name || coalesce(' ' || b.seats::text, ''), ', ' order by w.id)
from data.waitlist_entry as w left join data.booking as b on b.id = w.booking_id
where w.slot_id = offers.slot_id
$$;

select is(core.offer_seats(array[:empty]), 0, 'where nobody waits nobody gets an offer');
select is(core.offer_seats('{}'), 0, 'nor in no slot');
select
    tests.booking(:slot, status => 'CONFIRMED') as b1,
    tests.booking(:slot, seats => 2, status => 'CONFIRMED') as b2,
    tests.waitlist_entry(:slot, seats => 2, patient_name => 'Two') as w1,
    tests.waitlist_entry(:slot, account => :ann, patient_name => 'Ann') as w2,
    tests.waitlist_entry(:slot, patient_name => 'Bob', patient_email => 'bob@example.com') as w3
\gset
select is(core.offer_seats(array[:slot]), 0, 'nor in a full one');

select core.release_bookings(array[:b1]::bigint[], 'CANCELLED');
select is(core.offer_seats(array[:slot, :empty]), 1, 'a seat that is free is offered');
select is(pg_temp.offers(:slot), 'Two, Ann {[1,2)}, Bob', 'to the first whom it is enough for');
select results_eq(
    format('select b.account_id, b.manage_token_hash::bytea, b.status::text, b.amount::numeric,
            b.seat_count, b.cancellation_notice_hours::integer, b.expires_at - b.created_at
        from data.booking as b join data.waitlist_entry as w on w.booking_id = b.id
        where w.id = %s', :w2),
    format('select %s::bigint, null::bytea, ''PENDING'', 30.00, 1, 5, interval ''15 minutes''',
        :ann),
    'as a booking held for the account, at the price and on the terms of now'
);
select is(core.offer_seats(array[:slot]), 0, 'once');

update data.clinic as c set payment_terms = 'AT_VISIT' where c.id = :clinic;
update data.doctor as d set consultation_fee = 0 where d.id = :doctor;
select core.release_bookings(array[:b2]::bigint[], 'CANCELLED');
select is(core.offer_seats(array[:slot]), 1, 'the next seats are offered');
select is(
    pg_temp.offers(:slot), 'Two {[2,4)}, Ann {[1,2)}, Bob', 'to the one who waited longest'
);
select results_eq(
    format('select b.manage_token_hash = core.hash_token(''the manage token of a test''),
            b.status::text, b.amount::numeric, b.payment_terms::text
        from data.booking as b join data.waitlist_entry as w on w.booking_id = b.id
        where w.id = %s', :w1),
    $$values (true, 'PENDING', 0.00, 'AT_VISIT')$$,
    'a guest keeps the token; what costs nothing is an offer first, too'
);
select is(
    (select s.has_waitlist from data.slot as s where s.id = :slot), true, 'somebody still waits'
);

-- A hold that has run out.
select w.booking_id as offer from data.waitlist_entry as w where w.id = :w2 \gset
select tests.run_out(:offer);
select is(core.offer_seats(array[:slot]), 1, 'a hold that has run out makes room, too');
select is(
    (select b.status::text from data.booking as b where b.id = :offer), 'FAILED', 'and is FAILED'
);
select is(pg_temp.offers(:slot), 'Two {[2,4)}, Ann {[1,2)}, Bob {[1,2)}', 'for the next one');
select is(
    (select s.has_waitlist from data.slot as s where s.id = :slot), false, 'now nobody waits'
);

-- What is not offered.
select
    tests.slot(tests.doctor()) as soon, tests.slot(tests.doctor()) as past,
    tests.slot(:doctor) as deleted,
    tests.slot(tests.doctor(listed => false)) as unlisted
\gset
select count(tests.waitlist_entry(s, patient_name => 'W'))
from unnest(array[:soon, :past, :deleted, :unlisted]) as s;
update data.slot as s set deleted_at = clock_timestamp() where s.id = :deleted;
select tests.move_slot(:soon, clock_timestamp() + interval '5 minutes');
select tests.move_slot(:past, clock_timestamp() - interval '1 minute');
select is(core.offer_seats(array[:past, :deleted, :unlisted]), 0,
    'no slot that has started, is deleted or is not listed');
select is(core.offer_seats(array[:soon]), 1, 'one that starts soon is');
select is(
    (select b.expires_at = s.start_time
        from data.booking as b join data.slot as s on s.id = b.slot_id where s.id = :soon),
    true, 'until it starts'
);

-- Many at once.
select tests.slot(:doctor, capacity => 5) as large \gset
select tests.waitlist_entry(:large, seats => n, patient_name => n::text)
from unnest(array[2, 4, 2, 3, 1]) with ordinality as o (n, place) order by o.place;
select is(core.offer_seats(array[:large]), 3, 'all free seats are offered');
select is(
    pg_temp.offers(:large), '2 {[1,3)}, 4, 2 {[3,5)}, 3, 1 {[5,6)}', 'in the order of waiting'
);

select tests.slot(:doctor, capacity => 600) as vast, tests.slot(:doctor) as after_it \gset
select count(tests.waitlist_entry(:vast)), tests.waitlist_entry(:after_it)
from generate_series(1, 510);
select is(core.offer_seats(array[:vast, :after_it]), 500, 'not all of very many at once');
select is(core.offer_seats(array[:vast, :after_it]), 11, 'but the others then');

-- The policies of the clinic.
select tests.clinic() as strict \gset
update data.clinic as c set unpaid_limit = 1, overlap_allowed = false, booking_notice_minutes = 60
where c.id = :strict;
select tests.doctor(clinic => :strict) as careful, tests.doctor(clinic => :strict) as other \gset
select
    tests.slot(:careful) as s1, tests.slot(:careful) as s2, tests.slot(:careful) as s3,
    tests.slot(:other) as s4
\gset
select
    tests.booking(:s1, patient_email => 'Cid@example.com') as unpaid,
    tests.waitlist_entry(:s2, patient_name => 'Cid', patient_email => 'cid@example.com'),
    tests.waitlist_entry(:s2, patient_name => 'Dan')
\gset
select is(core.offer_seats(array[:s2]), 1, 'who has too much unpaid is passed over');
select is(pg_temp.offers(:s2), 'Cid, Dan {[1,2)}', 'the next one is served');
update data.clinic as c set unpaid_limit = 9 where c.id = :strict;
select
    tests.waitlist_entry(:s4, patient_name => 'Cid', patient_email => 'cid@example.com'),
    tests.waitlist_entry(:s3, patient_name => 'Eve')
\gset
select is(core.offer_seats(array[:s4]), 0, 'so is who has another booking at that time');
select tests.move_slot(:s3, clock_timestamp() + interval '59 minutes');
select is(core.offer_seats(array[:s3]), 0, 'within the notice nobody is served');
update data.clinic as c set booking_horizon_days = 1 where c.id = :strict;
-- At no hour of the day where another of the slots is.
select tests.move_slot(:s3, clock_timestamp() + interval '40 hours');
select is(core.offer_seats(array[:s3]), 0, 'nor beyond the horizon');
select tests.move_slot(:s3, clock_timestamp() + interval '61 minutes');
select is(core.offer_seats(array[:s3]), 1, 'between them they are');

-- A long list of those who may have nothing.
select tests.clinic() as busy \gset
update data.clinic as c set overlap_allowed = false where c.id = :busy;
select date_trunc('day', clock_timestamp()) + interval '2 days' as start \gset
select
    tests.slot(tests.doctor(), :'start', capacity => 100) as same_time,
    tests.slot(tests.doctor(clinic => :busy), :'start') as wanted
\gset
select count(tests.booking(:same_time, patient_email => n || '@example.com')),
    count(tests.waitlist_entry(:wanted, patient_email => n || '@example.com'))
from generate_series(1, 100) as n;
select tests.waitlist_entry(:wanted, patient_name => 'Fay');
select is(core.offer_seats(array[:wanted]), 0, 'whoever cancels does not walk all of it');
select core.serve_waitlists(9);
select is(
    (select w.patient_name::text from data.waitlist_entry as w
        where w.slot_id = :wanted and w.booking_id is not null),
    'Fay', 'the due work does'
);

select * from finish();
rollback;
