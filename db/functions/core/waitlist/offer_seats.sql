create or replace function core.offer_seats(slot_ids bigint[], reach integer default 100)
returns integer
language plpgsql volatile
set search_path = ''
-- A plan for each list costs more than what is done with it.
set plan_cache_mode = force_generic_plan
as $$
declare
    -- Each offer locks its owner: many more at once would fill PostgreSQL's table of locks.
    v_most constant integer := 500;
    v_now timestamptz;
    v_slot record;
    v_entry data.waitlist_entry;
    v_free int4multirange;
    v_free_count integer;
    v_lowest record;
    v_booking_id bigint;
    v_missed integer;
    v_count integer := 0;
begin
    -- Mostly nobody waits: the loop costs thrice as much to find that out.
    if not exists (
        select from data.slot as s where s.id = any(offer_seats.slot_ids) and s.has_waitlist
    ) then
        return 0;
    end if;
    v_now := clock_timestamp();
    for v_slot in
        select
            s.id, s.doctor_id, s.capacity, s.start_time, d.consultation_fee, c.currency,
            c.waitlist_offer_seconds, c.cancellation_notice_hours, c.payment_terms, c.unpaid_limit,
            c.overlap_allowed
        from data.slot as s
        join data.doctor as d on d.id = s.doctor_id
        join data.clinic as c on c.id = d.clinic_id
        where s.id = any(offer_seats.slot_ids) and s.has_waitlist
            and s.deleted_at is null and d.deleted_at is null and d.listed_at is not null
            and d.suspended_at is null
            and s.start_time > v_now + c.booking_notice_minutes * interval '1 minute'
            and s.start_time <= v_now + c.booking_horizon_days * interval '24 hours'
        order by s.id
    loop
        exit when v_count = v_most;
        perform core.expire_holds(array[v_slot.id], v_now);
        select
            int4multirange(int4range(1, v_slot.capacity + 1)) - coalesce(range_agg(b.seats), '{}'),
            v_slot.capacity - coalesce(sum(b.seat_count), 0)
        into v_free, v_free_count
        from data.booking as b
        where b.slot_id = v_slot.id and core.holds_seats(b.status);
        v_missed := 0;
        for v_entry in
            select w.*
            from data.waitlist_entry as w
            where w.slot_id = v_slot.id and w.waiting and w.seats <= v_free_count
            order by w.id
        loop
            exit when isempty(v_free) or v_count = v_most or v_missed = offer_seats.reach;
            v_missed := v_missed + 1;
            v_lowest := core.lowest_seats(v_free, v_entry.seats);
            continue when v_lowest.missing > 0;
            -- Not to lock all those who may not; then once more, for what was true before the lock.
            -- Whoever has it may wait for this slot: here nobody waits.
            continue when not core.may_be_offered(
                v_entry.owner, v_slot.id, v_slot.unpaid_limit, v_slot.overlap_allowed, v_now
            );
            continue when not pg_try_advisory_xact_lock(core.owner_key(v_entry.owner));
            continue when not core.may_be_offered(
                v_entry.owner, v_slot.id, v_slot.unpaid_limit, v_slot.overlap_allowed, v_now
            );
            insert into data.booking as b (
                slot_id, doctor_id, slot_capacity, account_id, manage_token_hash, patient_name,
                patient_email, seats, seat_count, status, amount, currency, payment_terms,
                cancellation_notice_hours, booked_by_id, booked_by_role, created_at, expires_at
            )
            values (
                v_slot.id, v_slot.doctor_id, v_slot.capacity, v_entry.account_id,
                v_entry.manage_token_hash, v_entry.patient_name, v_entry.patient_email,
                v_lowest.picked, v_entry.seats, 'PENDING',
                v_slot.consultation_fee * v_entry.seats, v_slot.currency,
                v_slot.payment_terms, v_slot.cancellation_notice_hours, v_entry.booked_by_id,
                v_entry.booked_by_role, v_now,
                least(
                    v_now + make_interval(secs => v_slot.waitlist_offer_seconds), v_slot.start_time
                )
            )
            returning b.id into v_booking_id;
            update data.waitlist_entry as w set booking_id = v_booking_id where w.id = v_entry.id;
            v_free := v_free - v_lowest.picked;
            v_count := v_count + 1;
            v_missed := 0;
        end loop;
    end loop;
    return v_count;
end;
$$;

comment on function core.offer_seats is
'Holds the free seats of slots that the caller has locked for those who wait for them, the oldest
entry that fits first; returns how many got an offer. Call it after whatever frees seats. It refuses
nobody: who cannot be served now is skipped, and the due work tries again; so it does where very
many are to be served. Behind `reach` entries in a row that may have nothing it looks no further, so
that whoever cancels need not wait for a long list of such; the due work does.';
