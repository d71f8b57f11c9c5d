create or replace function core.require_booking_access(
    booking_id bigint, manage_token text, out by_staff boolean, out as_owner boolean
)
language plpgsql stable
set search_path = ''
as $$
declare
    v_access record;
begin
    v_access := core.booking_access(
        require_booking_access.booking_id, require_booking_access.manage_token
    );
    -- A stranger must not be able to tell a booking that exists from one that does not.
    if (v_access.by_staff or v_access.as_owner) is not true then
        raise exception 'booking_not_found' using errcode = 'PT404',
            detail = 'There is no such booking, or it is not yours;'
                || ' a guest sends the manage_token.';
    end if;
    require_booking_access.by_staff := v_access.by_staff;
    require_booking_access.as_owner := v_access.as_owner;
end;
$$;

comment on function core.require_booking_access is
'Refuses strangers to a booking; tells as whom others may act on it, as core.booking_access does.

404 booking_not_found: no such booking, or it is not the caller''s.';
