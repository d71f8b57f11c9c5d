create or replace function core.waitlist_access(waitlist_id bigint, manage_token text)
returns data.canceller
language plpgsql stable
set search_path = ''
as $$
declare
    v_account_id bigint;
begin
    v_account_id := core.caller_account();
    return (
        select
            case
                when w.account_id = v_account_id
                    or w.manage_token_hash = core.hash_token(waitlist_access.manage_token)
                    or w.booking_id = core.mailed_booking(waitlist_access.manage_token)
                    then data.canceller 'PATIENT'
                when core.is_staff(w.doctor_id) then 'STAFF'
            end
        from data.waitlist_entry as w
        where w.id = waitlist_access.waitlist_id
    );
end;
$$;

comment on function core.waitlist_access is
'As whom the caller may act on an entry of a waitlist: as who waits, by account or by manage token,
or as staff of the doctor; null for a stranger, and where there is no such entry.';
