-- Each builder writes straight into the tables, as the administrator whoever calls, and returns
-- the id. Every argument has a default or stands for what the row belongs to.

create function tests.clinic(
    name text default 'Clinic',
    time_zone text default 'UTC',
    currency text default 'USD',
    hold_seconds integer default 120,
    cancellation_notice_hours integer default 0
) returns bigint
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_id bigint;
begin
    insert into data.clinic as c (
        name, time_zone, currency, hold_seconds, cancellation_notice_hours
    )
    values (
        clinic.name, clinic.time_zone, clinic.currency, clinic.hold_seconds,
        clinic.cancellation_notice_hours
    )
    returning c.id into v_id;
    return v_id;
end;
$$;

-- The address is made up, unless given; a clerk works in the first clinic, unless another is given.
-- Nobody can log in with the password hash.
create function tests.account(
    name text default 'Ann',
    role text default 'patient',
    status text default 'ACTIVE',
    email text default null,
    password_hash text default '$argon2id$no password',
    clinic bigint default null
) returns bigint
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_id bigint;
begin
    insert into data.account as a (name, email, password_hash, role, status, clinic_id)
    values (
        account.name, coalesce(account.email, gen_random_uuid() || '@example.com'),
        account.password_hash, account.role::data.account_role,
        account.status::data.account_status,
        case account.role
            when 'clerk' then coalesce(account.clinic, (select min(c.id) from data.clinic as c))
        end
    )
    returning a.id into v_id;
    return v_id;
end;
$$;

-- In the first clinic, unless another is given; `listed` is false for one who waits for approval.
create function tests.doctor(
    name text default 'Dr. Test',
    fee numeric default 50,
    account bigint default null,
    clinic bigint default null,
    specialization text default 'Cardiology',
    city text default null,
    listed boolean default true
) returns bigint
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_id bigint;
begin
    insert into data.doctor as d (
        clinic_id, account_id, name, specialization, city, consultation_fee, listed_at
    )
    values (
        coalesce(doctor.clinic, (select min(c.id) from data.clinic as c)), doctor.account,
        doctor.name, doctor.specialization, doctor.city, doctor.fee,
        case when doctor.listed then clock_timestamp() end
    )
    returning d.id into v_id;
    return v_id;
end;
$$;

-- Without a start: right after the doctor's last slot, the first one tomorrow at nine (UTC).
-- A start in the past is fine.
create function tests.slot(
    doctor bigint,
    start timestamptz default null,
    minutes integer default 30,
    capacity integer default 1
) returns bigint
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_start timestamptz := coalesce(
        slot.start,
        greatest(
            (select max(s.end_time) from data.slot as s where s.doctor_id = slot.doctor),
            date_trunc('day', clock_timestamp(), 'UTC') + interval '33 hours'
        )
    );
    v_id bigint;
begin
    insert into data.slot as s (doctor_id, start_time, end_time, capacity)
    values (slot.doctor, v_start, v_start + make_interval(mins => slot.minutes), slot.capacity)
    returning s.id into v_id;
    return v_id;
end;
$$;

create function tests.payment(
    booking bigint,
    status text default 'PENDING',
    provider text default 'simulated',
    reference text default null
) returns bigint
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_now timestamptz := clock_timestamp();
    v_id bigint;
begin
    insert into data.payment as p (
        booking_id, amount, currency, status, provider, provider_reference, created_at, settled_at,
        captured_amount, captured_currency
    )
    select
        b.id, b.amount, b.currency, payment.status::data.payment_status, payment.provider,
        payment.reference, v_now, case when payment.status <> 'PENDING' then v_now end,
        case when payment.status in ('SUCCEEDED', 'SURPLUS') then b.amount else 0 end,
        case when payment.status in ('SUCCEEDED', 'SURPLUS') then b.currency end
    from data.booking as b
    where b.id = payment.booking
    returning p.id into v_id;
    return v_id;
end;
$$;

-- A booking of the lowest free seats in the given status, reached by the steps that the state
-- machine knows, with a payment where one is due. Without an account it is a guest's, who holds
-- `manage_token`. The amount is the doctor's fee for the seats, unless given.
create function tests.booking(
    slot bigint,
    account bigint default null,
    seats integer default 1,
    status text default 'PENDING',
    amount numeric default null,
    manage_token text default 'the manage token of a test',
    patient_name text default 'Ann',
    patient_email text default 'ann@example.com',
    hold interval default '2 minutes'
) returns bigint
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_slot data.slot;
    v_amount numeric;
    v_currency text;
    v_notice integer;
    v_start text := 'PENDING';
    v_id bigint;
begin
    select s.* into strict v_slot from data.slot as s where s.id = booking.slot for no key update;
    select
        coalesce(booking.amount, d.consultation_fee * booking.seats), c.currency,
        c.cancellation_notice_hours
    into strict v_amount, v_currency, v_notice
    from data.doctor as d join data.clinic as c on c.id = d.clinic_id
    where d.id = v_slot.doctor_id;
    if v_amount = 0 and booking.status not in ('PENDING', 'FAILED') then
        v_start := 'CONFIRMED';
    end if;
    insert into data.booking as b (
        slot_id, doctor_id, slot_capacity, account_id, patient_name, patient_email, seats,
        seat_count, status, amount, currency, cancellation_notice_hours, manage_token_hash,
        expires_at, confirmed_at
    )
    values (
        v_slot.id, v_slot.doctor_id, v_slot.capacity, booking.account, booking.patient_name,
        booking.patient_email,
        core.pick_seats(v_slot.id, v_slot.capacity, booking.seats, clock_timestamp()),
        booking.seats, v_start::data.booking_status, v_amount, v_currency, v_notice,
        case when booking.account is null then core.hash_token(booking.manage_token) end,
        case when v_start = 'PENDING' then clock_timestamp() + booking.hold end,
        case when v_start = 'CONFIRMED' then clock_timestamp() end
    )
    returning b.id into v_id;
    if v_start = 'PENDING' and booking.status in ('CONFIRMED', 'CHECKED_IN', 'COMPLETED', 'NO_SHOW')
    then
        perform tests.payment(v_id, 'SUCCEEDED');
        update data.booking as b set status = 'CONFIRMED', confirmed_at = clock_timestamp()
        where b.id = v_id;
    end if;
    if booking.status = 'COMPLETED' then
        update data.booking as b set status = 'CHECKED_IN', checked_in_at = clock_timestamp()
        where b.id = v_id;
    end if;
    if booking.status not in ('PENDING', 'CONFIRMED') then
        update data.booking as b
        set status = booking.status::data.booking_status,
            cancelled_at = case when booking.status = 'CANCELLED' then clock_timestamp() end,
            checked_in_at = case booking.status
                when 'CHECKED_IN' then clock_timestamp()
                when 'COMPLETED' then b.checked_in_at
            end,
            completed_at = case when booking.status = 'COMPLETED' then clock_timestamp() end
        where b.id = v_id;
    end if;
    return v_id;
end;
$$;

-- Somebody who waits for seats of a slot, full or not. Without an account it is a guest, who holds
-- `manage_token`.
create function tests.waitlist_entry(
    slot bigint,
    account bigint default null,
    seats integer default 1,
    manage_token text default 'the manage token of a test',
    patient_name text default 'Ann',
    patient_email text default null
) returns bigint
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_id bigint;
begin
    insert into data.waitlist_entry as w (
        slot_id, doctor_id, account_id, manage_token_hash, patient_name, patient_email, seats
    )
    select
        s.id, s.doctor_id, waitlist_entry.account,
        case when waitlist_entry.account is null then core.hash_token(manage_token) end,
        waitlist_entry.patient_name,
        coalesce(waitlist_entry.patient_email, gen_random_uuid() || '@example.com'),
        waitlist_entry.seats
    from data.slot as s
    where s.id = waitlist_entry.slot
    returning w.id into v_id;
    return v_id;
end;
$$;

-- Do a batch of all due work within this transaction, after whoever else is at it; return how much.
create function tests.do_due_work() returns integer
language plpgsql volatile
as $$
begin
    perform pg_advisory_xact_lock(hashtext('slotkeeper.due_work'));
    return sum(core.do_due_task(t.task)) from unnest(core.due_tasks()) as t (task);
end;
$$;

-- Let the hold of a booking end a second ago, and begin two minutes before that. The trigger that
-- freezes created_at is left out; constraints are not.
create function tests.run_out(booking bigint) returns void
language plpgsql volatile security definer
set search_path = '' set session_replication_role = replica
as $$
begin
    update data.booking as b
    set created_at = clock_timestamp() - interval '121 seconds',
        expires_at = clock_timestamp() - interval '1 second'
    where b.id = run_out.booking;
end;
$$;

-- Let a slot start at another time, as if the clock had moved on; bookings stay with it. The
-- trigger that refuses this is left out.
create function tests.move_slot(slot bigint, start timestamptz) returns void
language plpgsql volatile security definer
set search_path = '' set session_replication_role = replica
as $$
begin
    update data.slot as s
    set start_time = move_slot.start, end_time = move_slot.start + (s.end_time - s.start_time),
        local_date = (
            select (move_slot.start at time zone c.time_zone)::date
            from data.doctor as d join data.clinic as c on c.id = d.clinic_id
            where d.id = s.doctor_id
        )
    where s.id = move_slot.slot;
end;
$$;
