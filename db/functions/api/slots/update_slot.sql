create or replace function api.update_slot(
    slot_id bigint,
    start_time timestamptz default null,
    end_time timestamptz default null,
    capacity data.seat_count default null
) returns api.slot
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_slot data.slot;
    v_start timestamptz;
    v_end timestamptz;
    v_capacity integer;
    v_moves boolean;
    v_now timestamptz;
begin
    perform core.caller_account();
    v_slot := core.lock_own_slot(update_slot.slot_id);
    perform core.lock_live_bookings(array[v_slot.id]);
    v_now := clock_timestamp();
    v_start := coalesce(update_slot.start_time, v_slot.start_time);
    v_end := coalesce(update_slot.end_time, v_start + (v_slot.end_time - v_slot.start_time));
    v_capacity := coalesce(update_slot.capacity, v_slot.capacity);
    v_moves := (v_start, v_end) <> (v_slot.start_time, v_slot.end_time);
    if v_end <= v_start or v_end > v_start + interval '24 hours'
        or date_trunc('minute', v_end - v_start) <> v_end - v_start
        or v_end >= timestamptz '10000-01-01 00:00:00+00'
    then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'A slot must end whole minutes after its start, at most a day, before the '
                || 'year 10000.';
    end if;
    if least(v_start, v_slot.start_time) <= v_now then
        raise exception 'slot_in_past' using errcode = 'PT409',
            detail = 'A slot must start in the future.';
    end if;
    if v_moves and exists (select from data.booking as b where b.slot_id = v_slot.id) then
        raise exception 'slot_has_bookings' using errcode = 'PT409',
            detail = 'A slot that was ever booked keeps its times.';
    end if;
    perform core.fit_seats(v_slot.id, v_capacity);
    if v_moves or v_capacity <> v_slot.capacity then
        -- From now on it is one that was made by hand.
        update data.slot as s
        set start_time = v_start, end_time = v_end, capacity = v_capacity, generated = false
        where s.id = v_slot.id;
    end if;
    if v_moves and v_slot.generated then
        -- As if deleted where it was: hours make no other one there.
        insert into data.slot (doctor_id, start_time, end_time, generated, deleted_at)
        values (
            v_slot.doctor_id, v_slot.start_time, v_slot.end_time, true, clock_timestamp()
        );
    end if;
    if v_capacity > v_slot.capacity then
        perform core.offer_seats(array[v_slot.id]);
    end if;
    return (select s from api.slot as s where s.id = v_slot.id);
exception
    when exclusion_violation then
        raise exception 'slot_overlaps' using errcode = 'PT409',
            detail = 'The doctor has a slot at that time already.';
end;
$$;

comment on function api.update_slot is
'PATCH /api/slots/{slot_id}
Topic: slots

Changes the seats of a slot that has not started, or its times if it was never booked. Without
`end_time` it stays as long as it is. New seats are offered to those who wait for one. A slot that
hours had made counts as made by hand from then on: hours that change leave it as it is.

400 invalid_parameter: it would not end after its start, last more than a day or not whole minutes,
  or end after the year 9999.
404 slot_not_found: no such slot, or not the caller''s.
409 capacity_below_sold: more seats are sold or held than that.
409 slot_has_bookings: it was booked, be it that the booking was cancelled; its times stay.
409 slot_in_past: it has started, or would start in the past.
409 slot_overlaps: the doctor has a slot at that time already.';

grant execute on function api.update_slot
to slotkeeper_doctor, slotkeeper_admin;
