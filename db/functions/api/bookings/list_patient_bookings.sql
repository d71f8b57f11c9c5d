create or replace function api.list_patient_bookings(
    email data.email, "limit" data.page_size default 50, after bigint default null
) returns setof api.booking
language plpgsql stable security definer
set search_path = ''
as $$
declare
    v_account_id bigint;
    v_clinic_id bigint;
begin
    v_account_id := core.caller_account();
    if core.caller_role() in ('clerk', 'admin') then
        v_clinic_id := core.caller_clinic();
        perform core.require_after(list_patient_bookings.after is null or exists (
            select from data.booking as b join data.doctor as d on d.id = b.doctor_id
            where b.id = list_patient_bookings.after
                and (v_clinic_id is null or d.clinic_id = v_clinic_id)
        ));
        return query
        select b.*
        from data.booking as o
        join api.booking as b on b.id = o.id
        where lower(o.patient_email) = lower(list_patient_bookings.email)
            and (v_clinic_id is null or b.clinic_id = v_clinic_id)
            and (list_patient_bookings.after is null or o.id < list_patient_bookings.after)
        order by o.id desc
        limit list_patient_bookings.limit;
        return;
    end if;
    if not exists (
        select from data.account as a
        where a.id = v_account_id and lower(a.email) = lower(list_patient_bookings.email)
    ) then
        raise exception 'forbidden' using errcode = 'PT403',
            detail = 'Patients may ask only for their own address.';
    end if;
    perform core.require_after(list_patient_bookings.after is null or exists (
        select from data.booking as b
        where b.id = list_patient_bookings.after and b.account_id = v_account_id
    ));
    -- Bookings that only bear the address are left out: an address is not proof of a person.
    return query
    select b.*
    from core.list_account_bookings(
        v_account_id, list_patient_bookings.limit, list_patient_bookings.after
    ) as o (id)
    join api.booking as b on b.id = o.id
    order by b.id desc;
end;
$$;

comment on function api.list_patient_bookings is
'GET /api/patients/bookings
Topic: bookings

Bookings of a patient, newest first. Admins may ask for any address, so may clerks, who see the
bookings of their clinic; patients for their own, and they see the bookings that their account made.

400 invalid_parameter: `after` names no row that the caller may see.
403 forbidden: the address is not the caller''s.';

grant execute on function api.list_patient_bookings
to slotkeeper_patient, slotkeeper_clerk, slotkeeper_admin;
