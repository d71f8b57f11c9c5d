create or replace function api.delete_doctor(doctor_id bigint, force boolean default false)
returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_slot_ids bigint[];
    v_booking_ids bigint[];
begin
    perform core.caller_account();
    perform core.lock_doctor(delete_doctor.doctor_id);
    -- Past slots stay as they are: they are history.
    v_slot_ids := array(
        select s.id from data.slot as s
        where s.doctor_id = delete_doctor.doctor_id
            and s.deleted_at is null and s.start_time > clock_timestamp()
        order by s.id
        for update
    );
    v_booking_ids := core.lock_live_bookings(v_slot_ids);
    if cardinality(v_booking_ids) > 0 and delete_doctor.force is not true then
        raise exception 'doctor_has_bookings' using errcode = 'PT409',
            detail = format('Doctor %s still has live bookings to come: %s.',
                delete_doctor.doctor_id, cardinality(v_booking_ids));
    end if;
    perform core.release_bookings(
        v_booking_ids, 'CANCELLED', cancelled_by => 'STAFF', refund => true
    );
    update data.slot as s set deleted_at = clock_timestamp() where s.id = any(v_slot_ids);
    update data.doctor as d
    set deleted_at = clock_timestamp(), account_id = null
    where d.id = delete_doctor.doctor_id;
end;
$$;

comment on function api.delete_doctor is
'DELETE /api/doctors/{doctor_id}
DELETE /api/admin/doctors/{doctor_id}
Topic: doctors

Takes a doctor and all coming slots out of the book. With `force` live bookings of these are
cancelled and refunded in full. History stays.

404 doctor_not_found: no such doctor.
409 doctor_has_bookings: there are live bookings to come, and `force` was not given.';

grant execute on function api.delete_doctor to slotkeeper_admin;
