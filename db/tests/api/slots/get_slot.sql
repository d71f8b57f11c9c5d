begin;
select plan(29);

select tests.clinic(currency => 'EUR') as clinic \gset
select tests.doctor('Dr. Bob', 80, clinic => :clinic, specialization => 'Surgery') as doctor,
    tests.doctor('Dr. New', listed => false) as unlisted, tests.doctor('Dr. Gone') as gone \gset
select tests.slot(:doctor, '2031-06-02 09:00+00', 45, 3) as slot, tests.slot(:unlisted) as hidden,
    tests.slot(:gone) as lost, tests.slot(:doctor) as deleted \gset
update data.slot set deleted_at = clock_timestamp() where id = :deleted;
update data.doctor set deleted_at = clock_timestamp() where id = :gone;

-- Status and free seats of a slot as anybody sees them.
create function tests.seen(slot bigint) returns text
language sql volatile
as $$select format('%s %s', s.status, s.seats_available) from api.get_slot(slot) as s$$;

-- A new slot with a booking in each of these statuses, each cut off by running out if PENDING!.
create function tests.slot_with(doctor bigint, capacity integer,
    variadic statuses text[] default '{}')
returns bigint
language plpgsql
as $$
declare
    v_slot bigint := tests.slot(doctor, capacity => slot_with.capacity);
    v_status text;
    v_booking bigint;
begin
    foreach v_status in array statuses loop
        v_booking := tests.booking(v_slot, status => rtrim(v_status, '!'));
        if v_status = 'PENDING!' then
            perform tests.run_out(v_booking);
        end if;
    end loop;
    return v_slot;
end;
$$;

select tests.act_as('anon');
select results_eq(
    format('select * from api.get_slot(%s)', :slot),
    format($$values (
        %s::bigint, %s::bigint, 'UTC'::data.time_zone, null::data.label,
        'OFFLINE'::data.consultation_type, %s::bigint, 'Dr. Bob'::data.label,
        'Surgery'::data.label,
        '2031-06-02 09:00+00'::timestamptz, '2031-06-02 09:45+00'::timestamptz, 45, 3, 3,
        'AVAILABLE'::data.slot_status, 80::data.fee, 'EUR'::data.currency)$$,
        :slot, :clinic, :doctor),
    'anybody sees a slot'
);
select throws_ok('select api.get_slot(-1)', 'PT404', 'slot_not_found',
    'an unknown slot is not found');
select throws_ok('select api.get_slot(null)', 'PT404', 'slot_not_found', 'no slot is not found');
select throws_ok(format('select api.get_slot(%s)', :deleted), 'PT404', 'slot_not_found',
    'a deleted slot is not found');
select throws_ok(format('select api.get_slot(%s)', :hidden), 'PT404', 'slot_not_found',
    'a slot of a doctor who waits for approval is not found');
select throws_ok(format('select api.get_slot(%s)', :lost), 'PT404', 'slot_not_found',
    'a slot of a deleted doctor is not found');
reset role;

select is(tests.seen(tests.slot_with(:doctor, 1)), 'AVAILABLE 1', 'a fresh slot is free');
select is(tests.seen(tests.slot_with(:doctor, 2, 'PENDING')), 'AVAILABLE 1',
    'a hold takes its seat, another one is left');
select is(tests.seen(tests.slot_with(:doctor, 2, 'CONFIRMED')), 'AVAILABLE 1',
    'so does a confirmed booking');
select is(tests.seen(tests.slot_with(:doctor, 1, 'PENDING')), 'HELD 0',
    'a slot full of holds is held');
select is(tests.seen(tests.slot_with(:doctor, 2, 'CONFIRMED', 'PENDING')), 'HELD 0',
    'a full slot is held while one seat is not paid');
select is(tests.seen(tests.slot_with(:doctor, 2, 'CONFIRMED', 'CONFIRMED')), 'BOOKED 0',
    'a slot full of confirmed bookings is booked');
select is(tests.seen(tests.slot_with(:doctor, 2, 'CONFIRMED', 'CHECKED_IN')), 'BOOKED 0',
    'who is checked in keeps the seat');
select is(tests.seen(tests.slot_with(:doctor, 1, 'FAILED', 'CANCELLED')), 'AVAILABLE 1',
    'failed and cancelled bookings take no seat');
select is(tests.seen(tests.slot_with(:doctor, 1, 'CANCELLED', 'CONFIRMED')), 'BOOKED 0',
    'an old booking does not free the seat of a newer one');

select tests.slot_with(:doctor, 1, 'PENDING!') as run_out,
    tests.slot_with(:doctor, 2, 'CONFIRMED', 'PENDING!') as partly_run_out \gset
select is(tests.seen(:run_out), 'AVAILABLE 1', 'a seat is free the instant its hold has run out');
select is(tests.seen(:partly_run_out), 'AVAILABLE 1', 'and the paid seat is still taken');
select is(
    array(select b.status::text from data.booking as b where b.slot_id in (:run_out,
        :partly_run_out)
          order by b.id),
    array['PENDING', 'CONFIRMED', 'PENDING'], 'although nobody has tidied up'
);

select tests.slot(:doctor, capacity => 6) as big \gset
select tests.booking(:big, seats => 2, status => 'CONFIRMED') as first,
    tests.booking(:big, seats => 1, status => 'CONFIRMED') as second,
    tests.booking(:big, seats => 1, status => 'CONFIRMED') as third \gset
update data.booking set status = 'CANCELLED', cancelled_at = clock_timestamp() where id = :second;
select is(tests.seen(:big), 'AVAILABLE 3', 'each seat of a booking counts');
select tests.booking(:big, seats => 3, status => 'PENDING') as fourth \gset
select is(tests.seen(:big), 'HELD 0', 'seats that are not side by side count, too');

select tests.slot(:doctor, clock_timestamp() - interval '10 minutes') as past,
    tests.slot(:doctor, clock_timestamp() - interval '2 days') as past_booked,
    tests.slot(:doctor, clock_timestamp() + interval '40 minutes') as soon \gset
select tests.booking(:past_booked, status => 'CONFIRMED') is null as ignored \gset
select is(tests.seen(:past), 'PAST 1', 'a slot that has started is past, though it still lasts');
select is(tests.seen(:past_booked), 'PAST 0', 'so is a booked one');
select is(tests.seen(:soon), 'AVAILABLE 1', 'one that starts soon is not');

update data.doctor set consultation_fee = 99.5 where id = :doctor;
select is((select s.consultation_fee::numeric from api.get_slot(:slot) as s), 99.5,
    'the price is the doctor''s at this moment');

select tests.account('Ann') as ann, tests.account('Cid', 'doctor') as cid,
    tests.account('Eve', 'admin') as eve \gset
select tests.act_as('patient', :ann);
select is(tests.seen(:run_out), 'AVAILABLE 1', 'a patient sees it the same');
select tests.act_as('doctor', :cid);
select is(tests.seen(:run_out), 'AVAILABLE 1', 'so does a doctor');
select tests.act_as('admin', :eve);
select is(tests.seen(:run_out), 'AVAILABLE 1', 'so does an admin');
set local role slotkeeper_server;
select throws_ok('select api.get_slot(1)', '42501', null, 'the server itself sees no slot');
set local role slotkeeper_report;
select throws_ok('select api.get_slot(1)', '42501', null, 'nor does a reader of reports');

select * from finish();
rollback;
