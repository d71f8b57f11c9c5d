create or replace function api.create_slot(
    start_time timestamptz,
    end_time timestamptz default null,
    duration_minutes data.minutes default null,
    capacity data.seat_count default 1,
    doctor_id bigint default null
) returns api.slot
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_doctor_id bigint;
    v_end timestamptz;
    v_id bigint;
begin
    perform core.caller_account();
    v_doctor_id := core.lock_own_doctor(create_slot.doctor_id);
    v_end := coalesce(
        create_slot.end_time,
        create_slot.start_time + make_interval(mins => coalesce(create_slot.duration_minutes, 30))
    );
    if v_end <= create_slot.start_time
        or v_end > create_slot.start_time + interval '24 hours'
        or date_trunc('minute', v_end - create_slot.start_time) <> v_end - create_slot.start_time
        or v_end <> create_slot.start_time + make_interval(mins => create_slot.duration_minutes)
        or v_end >= timestamptz '10000-01-01 00:00:00+00'
    then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'A slot must end whole minutes after its start, at most a day, before the '
                || 'year 10000; end_time and duration_minutes must agree where both are given.';
    end if;
    if create_slot.start_time <= clock_timestamp() then
        raise exception 'slot_in_past' using errcode = 'PT409',
            detail = 'A slot must start in the future.';
    end if;
    insert into data.slot as s (doctor_id, start_time, end_time, capacity)
    values (v_doctor_id, create_slot.start_time, v_end, coalesce(create_slot.capacity, 1))
    returning s.id into v_id;
    return (select s from api.slot as s where s.id = v_id);
exception
    when exclusion_violation then
        raise exception 'slot_overlaps' using errcode = 'PT409',
            detail = 'The doctor has a slot at that time already.';
end;
$$;

comment on function api.create_slot is
'POST /api/slots 201
POST /api/doctors/{doctor_id}/slots 201
POST /api/admin/doctors/{doctor_id}/slots 201
Topic: slots
Alias: doctorId = doctor_id
Alias: startTime = start_time
Alias: slot_time = start_time
Alias: totalSeats = capacity

Opens a slot, of 30 minutes unless `end_time` or `duration_minutes` says otherwise; of the caller''s
own doctor unless `doctor_id` names one.

400 missing_parameter: an admin named no doctor.
400 invalid_parameter: it does not end after its start, lasts more than a day or not whole minutes,
  ends after the year 9999, or `end_time` and `duration_minutes` disagree.
404 doctor_not_found: no such doctor, or not the caller''s to act for.
409 slot_in_past: it would start in the past.
409 slot_overlaps: the doctor has a slot at that time already.';

grant execute on function api.create_slot
to slotkeeper_doctor, slotkeeper_admin;
