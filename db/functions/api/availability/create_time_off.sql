create or replace function api.create_time_off(
    doctor_id bigint,
    start_time timestamptz,
    end_time timestamptz,
    reason data.note default null,
    force boolean default false
) returns api.time_off
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_slot_ids bigint[];
    v_booking_ids bigint[];
    v_time_off api.time_off;
begin
    perform core.caller_account();
    perform core.lock_doctor(create_time_off.doctor_id);
    if create_time_off.end_time <= create_time_off.start_time then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'Time off must end after its start.';
    end if;
    -- What has started stays as it is: it is history.
    v_slot_ids := array(
        select s.id from data.slot as s
        where s.doctor_id = create_time_off.doctor_id and s.deleted_at is null
            and s.start_time > create_time_off.start_time - interval '1 day'
            and s.start_time < create_time_off.end_time
            and s.end_time > create_time_off.start_time and s.start_time > clock_timestamp()
        order by s.id
        for update
    );
    v_booking_ids := core.lock_live_bookings(v_slot_ids);
    if cardinality(v_booking_ids) > 0 and create_time_off.force is not true then
        raise exception 'time_off_has_bookings' using errcode = 'PT409',
            detail = format(
                'There are live bookings at that time: %s.', cardinality(v_booking_ids)
            );
    end if;
    perform core.release_bookings(
        v_booking_ids, 'CANCELLED', cancelled_by => 'STAFF', refund => true
    );
    update data.slot as s set withdrawn = true where s.id = any(v_slot_ids);
    perform core.close_withdrawn(v_slot_ids);
    insert into data.time_off as t (doctor_id, start_time, end_time, reason)
    values (
        create_time_off.doctor_id, create_time_off.start_time, create_time_off.end_time,
        create_time_off.reason
    )
    returning t.id, t.doctor_id, t.start_time, t.end_time, t.reason, t.created_at into v_time_off;
    return v_time_off;
end;
$$;

comment on function api.create_time_off is
'POST /api/doctors/{doctor_id}/time-off 201
Topic: availability

Takes the coming slots that touch a time out of the book, those made by hand too, and has none made
there. With `force` live bookings of these are cancelled and refunded in full.

400 invalid_parameter: it does not end after its start.
404 doctor_not_found: no such doctor, or not the caller''s to act for.
409 time_off_has_bookings: there are live bookings at that time, and `force` was not given.';

grant execute on function api.create_time_off
to slotkeeper_doctor, slotkeeper_admin;
