create or replace function core.booking_patient(
    slot_id bigint,
    inout account_id bigint,
    inout patient_name text,
    inout patient_email text,
    out booked_by_id bigint,
    out booked_by_role data.account_role
)
language plpgsql stable
set search_path = ''
as $$
declare
    v_caller_id bigint;
    v_account data.account;
begin
    v_caller_id := core.caller_account();
    if core.is_staff(
        (select s.doctor_id from data.slot as s where s.id = booking_patient.slot_id)
    ) then
        if booking_patient.account_id = v_caller_id then
            raise exception 'forbidden' using errcode = 'PT403',
                detail = 'Staff book for patients, not for their own account.';
        end if;
        booking_patient.booked_by_id := v_caller_id;
        booking_patient.booked_by_role := core.caller_role()::data.account_role;
    elsif core.caller_role() = 'clerk' then
        raise exception 'slot_not_found' using errcode = 'PT404',
            detail = 'There is no such slot, or it is not of your clinic.';
    elsif booking_patient.account_id is null then
        booking_patient.account_id := v_caller_id;
    elsif booking_patient.account_id is distinct from v_caller_id then
        raise exception 'forbidden' using errcode = 'PT403',
            detail = 'Only staff of the slot''s clinic may book for the account of somebody else.';
    end if;
    if booking_patient.account_id is not null then
        select a.* into v_account
        from data.account as a
        where a.id = booking_patient.account_id and a.status = 'ACTIVE';
        if not found then
            raise exception 'account_not_found' using errcode = 'PT404',
                detail = format('There is no active account %s.', booking_patient.account_id);
        end if;
        -- Whoever names the id of a stranger learns no name and no address by it: clerks and
        -- doctors are told those which patients have given them, and which they see anyway.
        if v_account.id = v_caller_id or core.caller_role() = 'admin' or exists (
            select from data.booking as b
            where b.account_id = v_account.id and b.booked_by_role is null
                and b.patient_name = v_account.name
                and lower(b.patient_email) = lower(v_account.email)
                and core.is_staff(b.doctor_id)
        ) then
            booking_patient.patient_name := coalesce(
                booking_patient.patient_name, v_account.name
            );
            booking_patient.patient_email := coalesce(
                booking_patient.patient_email, v_account.email
            );
        end if;
    end if;
    if booking_patient.patient_name is null or booking_patient.patient_email is null then
        raise exception 'missing_parameter' using errcode = 'PT400',
            detail = 'patient_name and patient_email must say for whom the booking is.';
    end if;
end;
$$;

comment on function core.booking_patient is
'For whom the caller books a slot, and as what. Staff of the slot''s doctor book for the account
that they name, or for a guest, and who they are is kept beside it; anybody else books for
themselves, a doctor at another doctor''s slot included. Name and address default to those of the
account where the caller knows them.

400 missing_parameter: it is not known for whom.
403 forbidden: only staff may book for the account of somebody else, and not for their own.
404 account_not_found: no such account, or it is not active.
404 slot_not_found: no slot of the clerk''s clinic.';
