create or replace function core.booking_access(
    booking_id bigint, manage_token text, out by_staff boolean, out as_owner boolean
)
language plpgsql stable
set search_path = ''
as $$
declare
    v_account_id bigint;
begin
    -- Whoever logs in as slotkeeper_anon is nobody, and no staff.
    if session_user <> 'slotkeeper_anon' then
        v_account_id := core.caller_account();
    end if;
    select
        session_user <> 'slotkeeper_anon' and core.is_staff(b.doctor_id),
        coalesce(b.account_id = v_account_id, false)
        or coalesce(b.manage_token_hash = core.hash_token(booking_access.manage_token), false)
    into booking_access.by_staff, booking_access.as_owner
    from data.booking as b
    where b.id = booking_access.booking_id;
    if not booking_access.as_owner and booking_access.manage_token is not null then
        booking_access.as_owner := coalesce(
            core.mailed_booking(booking_access.manage_token) = booking_access.booking_id, false
        );
    end if;
    if booking_access.by_staff then
        booking_access.as_owner := booking_access.as_owner or core.caller_role() <> 'doctor';
    end if;
end;
$$;

comment on function core.booking_access is
'As whom the caller may act on a booking: as staff, who are its doctor, the clerks of the clinic and
admins; as its owner, by account or by manage token, for whom clerks and admins may act, too. Both
are false for a stranger and null where there is no such booking.';
