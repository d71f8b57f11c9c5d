create or replace function core.lock_own_slot(slot_id bigint, doctor_id bigint default null)
returns data.slot
language plpgsql volatile
set search_path = ''
as $$
declare
    v_slot data.slot;
begin
    -- The schedule first, so that hours which change meanwhile see what becomes of the slot.
    perform from data.doctor as d
    where d.id = (select s.doctor_id from data.slot as s where s.id = lock_own_slot.slot_id)
        and d.id = coalesce(lock_own_slot.doctor_id, d.id)
        and (core.caller_role() = 'admin' or d.id = (select core.caller_doctor()))
    for no key update;
    if found then
        select s.* into v_slot
        from data.slot as s
        where s.id = lock_own_slot.slot_id and s.deleted_at is null
        for update;
    end if;
    if v_slot.id is null then
        raise exception 'slot_not_found' using errcode = 'PT404',
            detail = 'There is no such slot, or it is not yours.';
    end if;
    return v_slot;
end;
$$;

comment on function core.lock_own_slot is
'Locks the doctor of a slot, whose schedule the caller may change, then the slot, and returns it as
it is then.

404 slot_not_found: no such slot, or not the caller''s.';
