create or replace function core.expire_holds(slot_ids bigint[], instant timestamptz) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
    v_booking_ids bigint[];
begin
    v_booking_ids := array(
        select b.id from data.booking as b
        where b.slot_id = any(expire_holds.slot_ids) and core.holds_seats(b.status)
            and core.has_run_out(b.status, b.expires_at, expire_holds.instant)
        order by b.id
        for no key update
    );
    return core.release_bookings(v_booking_ids, 'FAILED');
end;
$$;

comment on function core.expire_holds is
'Marks the holds that have run out at an instant FAILED, in slots that the caller has locked;
returns how many.';
