create or replace function core.lock_booking(
    booking_id bigint, manage_token text default null, other_slot_id bigint default null
) returns data.booking
language plpgsql volatile
set search_path = ''
as $$
declare
    v_booking data.booking;
    v_access text;
    v_slot_id bigint;
begin
    loop
        select b.* into v_booking from data.booking as b where b.id = lock_booking.booking_id;
        -- A stranger must not be able to tell a booking that exists from one that does not: who
        -- calls is looked at in either case, by a statement of its own, which nothing skips.
        v_access := core.booking_access(v_booking, lock_booking.manage_token);
        if v_access is null or v_booking.id is null then
            raise exception 'booking_not_found' using errcode = 'PT404',
                detail = 'There is no such booking, or it is not yours;'
                    || ' a guest sends the manage_token.';
        end if;
        v_slot_id := v_booking.slot_id;
        begin
            -- Slots before bookings, each in id order: everybody does, so nobody waits in a circle.
            perform from data.slot as s
            where s.id in (v_slot_id, lock_booking.other_slot_id)
            order by s.id
            for no key update;
            select b.* into v_booking from data.booking as b
            where b.id = lock_booking.booking_id
            for no key update;
            if v_booking.slot_id = v_slot_id then
                return v_booking;
            end if;
            -- It was moved meanwhile: the rollback gives the wrong slot's lock back.
            raise exception 'moved' using errcode = 'SK001';
        exception when sqlstate 'SK001' then
            continue;
        end;
    end loop;
end;
$$;

comment on function core.lock_booking is
'Locks the slot of a booking, another slot if named, then the booking, and returns it as it is then.

404 booking_not_found: no such booking, or it is not the caller''s.';
