create or replace function api.claim_booking(booking_id bigint, manage_token text)
returns api.booking
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_account_id bigint;
    v_access record;
    v_booking data.booking;
begin
    v_account_id := core.caller_account();
    v_access := core.require_booking_access(
        claim_booking.booking_id, claim_booking.manage_token
    );
    if v_access.by_staff then
        raise exception 'forbidden' using errcode = 'PT403',
            detail = 'Staff book for patients and claim no booking of theirs.';
    end if;
    perform core.hold_account(v_account_id);
    perform core.lock_owner(claim_booking.booking_id);
    v_booking := core.lock_booking(claim_booking.booking_id);
    -- Somebody else who has the token may have been faster.
    if coalesce(v_booking.account_id <> v_account_id, false) then
        raise exception 'booking_not_found' using errcode = 'PT404',
            detail = 'There is no such booking, or it is not yours.';
    end if;
    if v_booking.account_id is null then
        update data.booking as b
        set account_id = v_account_id, manage_token_hash = null
        where b.id = v_booking.id;
        delete from data.manage_token as t where t.booking_id = v_booking.id;
    end if;
    return (select b from api.booking as b where b.id = v_booking.id);
end;
$$;

comment on function api.claim_booking is
'POST /api/bookings/{booking_id}/claim
Topic: bookings

Makes a guest''s booking, whatever its status, the caller''s own: whoever is logged in and shows its
manage_token, which ends with it, like those in mails. Claimed again by the same account it stays as
it is. It is counted for the account from then on, but no limit refuses it: it was booked already.

403 forbidden: it is a booking that the caller looks after as staff.
404 account_not_found: the account was erased meanwhile.
404 booking_not_found: no such booking, or another token, or somebody else has claimed it.';

grant execute on function api.claim_booking
to slotkeeper_patient, slotkeeper_doctor;
