create or replace function api.delete_slot(
    slot_id bigint, doctor_id bigint default null, force boolean default false
) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_slot data.slot;
    v_booking_ids bigint[];
begin
    perform core.caller_account();
    v_slot := core.lock_own_slot(delete_slot.slot_id, delete_slot.doctor_id);
    v_booking_ids := core.lock_live_bookings(array[v_slot.id]);
    if cardinality(v_booking_ids) > 0 and delete_slot.force is not true then
        raise exception 'slot_has_bookings' using errcode = 'PT409',
            detail = format(
                'Slot %s still has live bookings: %s.', v_slot.id, cardinality(v_booking_ids)
            );
    end if;
    perform core.release_bookings(
        v_booking_ids, 'CANCELLED', cancelled_by => 'STAFF', refund => true
    );
    update data.slot as s set deleted_at = clock_timestamp() where s.id = v_slot.id;
end;
$$;

comment on function api.delete_slot is
'DELETE /api/slots/{slot_id}
DELETE /api/admin/doctors/{doctor_id}/slots/{slot_id}
Topic: slots

Takes a slot out of the book. With `force` its live bookings are cancelled and refunded in full.

404 slot_not_found: no such slot, or not the caller''s.
409 slot_has_bookings: there are live bookings, and `force` was not given.';

grant execute on function api.delete_slot
to slotkeeper_doctor, slotkeeper_admin;
