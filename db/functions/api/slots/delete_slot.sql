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
    select s.* into v_slot
    from data.slot as s
    where s.id = delete_slot.slot_id and s.deleted_at is null
    for update;
    if not found
        or v_slot.doctor_id <> delete_slot.doctor_id
        or core.caller_role() <> 'admin' and core.caller_doctor() is distinct from v_slot.doctor_id
    then
        raise exception 'slot_not_found' using errcode = 'PT404',
            detail = 'There is no such slot, or it is not yours.';
    end if;
    v_booking_ids := core.lock_live_bookings(array[v_slot.id]);
    if cardinality(v_booking_ids) > 0 and delete_slot.force is not true then
        raise exception 'slot_has_bookings' using errcode = 'PT409',
            detail = format(
                'Slot %s still has live bookings: %s.', v_slot.id, cardinality(v_booking_ids)
            );
    end if;
    perform core.cancel_bookings(v_booking_ids, refund => true);
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
