create or replace function core.booking_access(booking data.booking, manage_token text) returns text
language plpgsql stable
set search_path = ''
as $$
declare
    v_role text := core.caller_role();
    v_account bigint := core.caller_account();
    v_doctor_account bigint;
begin
    if v_role = 'admin' then
        return 'admin';
    end if;
    if v_role = 'doctor' then
        select d.account_id into v_doctor_account
        from data.slot as s join data.doctor as d on d.id = s.doctor_id
        where s.id = (booking_access.booking).slot_id;
        if v_doctor_account = v_account then
            return 'doctor';
        end if;
    end if;
    if core.owns_booking(booking_access.booking, booking_access.manage_token) then
        return 'owner';
    end if;
    return null;
end;
$$;

comment on function core.booking_access is
'What the caller is to a booking: admin, its doctor, its owner (by account or by manage token), or
null for a stranger.';
