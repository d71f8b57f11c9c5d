create or replace function api.book_slot(
    slot_id bigint,
    patient_name data.label default null,
    patient_email data.email default null,
    patient_phone data.phone default null,
    reason data.note default null,
    seats data.seat_count default 1,
    doctor_id bigint default null,
    idempotency_key uuid default null,
    account_id bigint default null
) returns api.new_booking
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_account_id bigint;
    v_booked_by_id bigint;
    v_booked_by_role data.account_role;
    v_owner text;
    v_replay record;
    v_slot record;
    v_seats integer := coalesce(book_slot.seats, 1);
    v_picked int4multirange;
    v_now timestamptz;
    v_token text;
    v_booking api.new_booking;
begin
    -- Whoever logs in as slotkeeper_anon is nobody; asking would cost a booking a thirtieth.
    if session_user <> 'slotkeeper_anon' then
        v_account_id := core.caller_account();
    end if;
    -- Guests and patients who say all of it are spared a look at who they are. Whoever logged in
    -- as these roles is nothing else; core.caller_role would cost a booking a twentieth.
    if book_slot.patient_name is null or book_slot.patient_email is null
        or book_slot.account_id is not null
        or session_user not in ('slotkeeper_anon', 'slotkeeper_patient')
    then
        select p.*
        into
            v_account_id, book_slot.patient_name, book_slot.patient_email, v_booked_by_id,
            v_booked_by_role
        from core.booking_patient(
            book_slot.slot_id, book_slot.account_id, book_slot.patient_name,
            book_slot.patient_email
        ) as p;
    end if;
    if book_slot.idempotency_key is not null then
        v_replay := core.replay_booking(
            book_slot.idempotency_key, book_slot.slot_id, v_account_id,
            book_slot.patient_email, v_booked_by_id, v_booked_by_role
        );
        v_token := v_replay.manage_token;
        if v_replay.booking_id is not null then
            select b.* into v_booking from api.new_booking as b where b.id = v_replay.booking_id;
            v_booking.manage_token := v_token;
            return v_booking;
        end if;
    end if;
    v_owner := core.owner_of(v_account_id, book_slot.patient_email);
    -- What the owner has is counted by one at a time, who has locked no slot yet.
    perform pg_advisory_xact_lock(core.owner_key(v_owner));
    if v_account_id is not null then
        -- Whoever erases an account has the same lock.
        perform from data.account as a where a.id = v_account_id and a.status = 'ACTIVE';
        if not found then
            raise exception 'account_not_found' using errcode = 'PT404',
                detail = format('There is no active account %s.', v_account_id);
        end if;
    end if;
    select
        s.id, s.doctor_id, s.capacity, s.start_time, s.end_time, d.name as doctor_name,
        d.specialization, d.clinic_id, c.time_zone, c.currency, c.hold_seconds, c.payment_terms,
        c.cancellation_notice_hours, d.consultation_fee * v_seats as amount,
        d.consultation_fee > 0 and c.payment_terms = 'PREPAID' as held,
        c.booking_notice_minutes * interval '1 minute' as notice,
        c.booking_horizon_days * interval '24 hours' as horizon,
        exists (
            select from data.booking as b
            where core.owner_of(b.account_id, b.patient_email) = v_owner
                and core.is_active(b.status)
        ) as has_others
    into v_slot
    from data.slot as s
    join data.doctor as d on d.id = s.doctor_id
    join data.clinic as c on c.id = d.clinic_id
    where s.id = book_slot.slot_id
        and s.deleted_at is null and d.deleted_at is null and d.listed_at is not null
        and d.suspended_at is null
    for no key update of s;
    if not found or v_slot.doctor_id <> book_slot.doctor_id then
        raise exception 'slot_not_found' using errcode = 'PT404',
            detail = format('There is no slot %s.', book_slot.slot_id);
    end if;
    -- Waiting for the lock took time: only now is now.
    v_now := clock_timestamp();
    -- Most bookings need no second look.
    if v_slot.has_others or v_slot.start_time <= v_now + v_slot.notice
        or v_slot.start_time > v_now + v_slot.horizon
    then
        perform core.require_bookable(v_slot.id, v_owner, v_booked_by_role is not null, v_now);
    end if;
    v_picked := core.pick_seats(v_slot.id, v_slot.capacity, v_seats, v_now);
    if v_account_id is null and v_token is null then
        v_token := core.new_token();
    end if;
    insert into data.booking as b (
        slot_id, doctor_id, slot_capacity, account_id, patient_name, patient_email, patient_phone,
        reason, seats, seat_count, status, amount, currency, payment_terms,
        cancellation_notice_hours, booked_by_id, booked_by_role, manage_token_hash,
        idempotency_key_hash, created_at, expires_at, confirmed_at
    )
    values (
        v_slot.id, v_slot.doctor_id, v_slot.capacity, v_account_id, book_slot.patient_name,
        book_slot.patient_email, book_slot.patient_phone, book_slot.reason, v_picked, v_seats,
        case when v_slot.held then data.booking_status 'PENDING' else 'CONFIRMED' end,
        v_slot.amount, v_slot.currency, v_slot.payment_terms, v_slot.cancellation_notice_hours,
        v_booked_by_id, v_booked_by_role, core.hash_token(v_token),
        core.hash_token(book_slot.idempotency_key::text),
        v_now,
        case when v_slot.held then v_now + make_interval(secs => v_slot.hold_seconds) end,
        case when not v_slot.held then v_now end
    )
    -- What the view would show, without reading it all again.
    returning
        b.id, v_slot.clinic_id, v_slot.time_zone, b.slot_id, v_slot.doctor_id, v_slot.doctor_name,
        v_slot.specialization, v_slot.start_time, v_slot.end_time, b.patient_name,
        b.patient_email, b.patient_phone, b.reason, v_seats, b.status,
        case when b.amount > 0 then data.booking_payment_status 'DUE' else 'NONE' end,
        b.amount, numeric(14, 2) '0', numeric(14, 2) '0', b.currency, b.expires_at, b.created_at,
        b.confirmed_at, b.checked_in_at, b.completed_at, b.cancelled_at, b.cancelled_by,
        b.cancellation_reason, v_token
    into v_booking;
    return v_booking;
end;
$$;

comment on function api.book_slot is
'POST /api/bookings 201
POST /api/doctors/{doctor_id}/slots/{slot_id}/bookings 201
POST /api/appointments 201
POST /api/booking 201
POST /appointments 201
POST /booking 201
Topic: bookings
Alias: slotId = slot_id
Alias: userName = patient_name
Alias: userEmail = patient_email
Alias: seatsBooked = seats

Holds seats of a slot for a patient: PENDING until `expires_at`, to be paid by then; CONFIRMED at
once where the fee is 0, or where the clinic is paid at the visit. Name and address default to those
of the account that is logged in. Without a login the answer carries a `manage_token`, this once.

Staff (the slot''s doctor, clerks of the clinic, admins) book for a patient: for the account
`account_id`, else for a guest, with a `manage_token` in the answer; never for their own account.
They are bound neither to the clinic''s notice and horizon nor to its limit of unpaid bookings. A
doctor at another doctor''s slot books for the own account, as a patient does.

With an `idempotency_key` (also as header Idempotency-Key; make a new random one for each booking
and keep it secret) a repeated call gives the same booking instead of a second one, and the same
manage_token.

400 missing_parameter: nobody is logged in, or staff named nobody whom they know: patient_name and
  patient_email must be given.
403 forbidden: only staff may book for the account of somebody else, and not for their own.
404 account_not_found: no such account, or it is not active.
404 slot_not_found: no such slot, or not one of doctor_id where that is given; for a clerk, none of
  the own clinic.
409 slot_taken: no seat is free.
409 not_enough_seats: some seats are free, fewer than asked.
409 slot_in_past: it has already started.
409 outside_booking_window: it starts too soon, or too late, for the clinic.
409 too_many_unpaid: the account, or the address of a guest, has as many live bookings to come with
  nothing paid as the clinic lets it have.
409 overlaps_own_booking: another booking of the account or address overlaps it, which the clinic
  does not allow.
409 idempotency_key_reused: the key belongs to a booking of another slot, for another patient_email
  or of somebody else.';

grant execute on function api.book_slot
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
