create or replace function core.lock_live_bookings(slot_ids bigint[]) returns bigint[]
language plpgsql volatile
set search_path = ''
as $$
begin
    perform core.expire_holds(lock_live_bookings.slot_ids, clock_timestamp());
    return array(
        select b.id from data.booking as b
        where b.slot_id = any(lock_live_bookings.slot_ids) and core.is_active(b.status)
        order by b.id
        for no key update
    );
end;
$$;

comment on function core.lock_live_bookings is
'Locks and lists the live bookings of slots that the caller has locked.';
