create or replace function api.join_waitlist(
    slot_id bigint,
    patient_name data.label default null,
    patient_email data.email default null,
    seats data.seat_count default 1,
    account_id bigint default null
) returns api.new_waitlist_entry
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    -- Whoever frees a seat, and whoever reads a place in the list, goes through those who wait.
    v_most constant integer := 1000;
    v_patient record;
    v_slot record;
    v_seats integer := coalesce(join_waitlist.seats, 1);
    v_free integer;
    v_now timestamptz;
    v_id bigint;
    v_token text;
    v_entry api.new_waitlist_entry;
begin
    v_patient := core.booking_patient(
        join_waitlist.slot_id, join_waitlist.account_id, join_waitlist.patient_name,
        join_waitlist.patient_email
    );
    perform core.hold_account(v_patient.account_id);
    select s.id, s.doctor_id, s.capacity, s.start_time, s.has_waitlist
    into v_slot
    from data.slot as s
    join data.doctor as d on d.id = s.doctor_id
    where s.id = join_waitlist.slot_id
        and s.deleted_at is null and d.deleted_at is null and d.listed_at is not null
        and d.suspended_at is null
    for no key update of s;
    if not found then
        raise exception 'slot_not_found' using errcode = 'PT404',
            detail = format('There is no slot %s.', join_waitlist.slot_id);
    end if;
    v_now := clock_timestamp();
    if v_slot.start_time <= v_now then
        raise exception 'slot_in_past' using errcode = 'PT409',
            detail = 'This slot has already started.';
    end if;
    if v_seats > v_slot.capacity then
        raise exception 'not_enough_seats' using errcode = 'PT409',
            detail = format('This slot has %s seats in all.', v_slot.capacity);
    end if;
    if exists (
        select from data.waitlist_entry as w
        left join data.booking as b on b.id = w.booking_id
        where w.slot_id = v_slot.id
            and w.owner = core.owner_of(v_patient.account_id, v_patient.patient_email)
            and (w.waiting or b.status = 'PENDING' and core.is_live(b, v_now))
    ) then
        raise exception 'already_waiting' using errcode = 'PT409',
            detail = 'You wait for this slot already.';
    end if;
    select v_slot.capacity - coalesce(sum(b.seat_count), 0) into v_free
    from data.booking as b
    where b.slot_id = v_slot.id and core.holds_seats(b.status)
        and (v_slot.has_waitlist or not core.has_run_out(b.status, b.expires_at, v_now));
    if v_free >= v_seats then
        raise exception 'slot_has_seats' using errcode = 'PT409',
            detail = format('Seats are free, book them: %s.', v_free);
    end if;
    if v_slot.has_waitlist and (
        select count(*) from data.waitlist_entry as w where w.slot_id = v_slot.id and w.waiting
    ) >= v_most then
        raise exception 'waitlist_full' using errcode = 'PT409',
            detail = format('%s wait for this slot already.', v_most);
    end if;
    if v_patient.account_id is null then
        v_token := core.new_token();
    end if;
    insert into data.waitlist_entry as w (
        slot_id, doctor_id, account_id, manage_token_hash, patient_name, patient_email, seats,
        created_at, booked_by_id, booked_by_role
    )
    values (
        v_slot.id, v_slot.doctor_id, v_patient.account_id, core.hash_token(v_token),
        v_patient.patient_name, v_patient.patient_email, v_seats, v_now,
        v_patient.booked_by_id, v_patient.booked_by_role
    )
    returning w.id into v_id;
    select w.* into v_entry from api.new_waitlist_entry as w where w.id = v_id;
    v_entry.manage_token := v_token;
    return v_entry;
end;
$$;

comment on function api.join_waitlist is
'POST /api/slots/{slot_id}/waitlist 201
Topic: waitlist

Waits for seats of a full slot. When enough of them come free, whoever has waited longest is offered
them: a booking that is held for a while, to be paid, or accepted where nothing is to pay first.
Who waits is named as in `POST /api/bookings`. For a guest the answer carries a `manage_token`, this
once, which serves for the booking, too.

400 missing_parameter: patient_name and patient_email must be given, as for a booking.
403 forbidden: only staff may name the account of somebody else, and not their own.
404 account_not_found: no such account, or it is not active.
404 slot_not_found: no such slot; for a clerk, none of the own clinic.
409 slot_in_past: it has already started.
409 not_enough_seats: it has fewer seats in all than asked.
409 already_waiting: the account, or the address of a guest, waits or has an offer already.
409 slot_has_seats: enough seats are free.
409 waitlist_full: a thousand wait for it already.';

grant execute on function api.join_waitlist
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
