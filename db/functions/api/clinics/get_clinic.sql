create or replace function api.get_clinic(clinic_id bigint) returns api.clinic
language plpgsql stable security definer
set search_path = ''
as $$
declare
    v_clinic api.clinic;
begin
    perform core.caller_account();
    select c.* into v_clinic from api.clinic as c where c.id = get_clinic.clinic_id;
    if not found then
        raise exception 'clinic_not_found' using errcode = 'PT404',
            detail = format('There is no clinic %s.', get_clinic.clinic_id);
    end if;
    return v_clinic;
end;
$$;

comment on function api.get_clinic is
'GET /api/clinics/{clinic_id}
Topic: clinics

One clinic: the time zone in which its doctors'' days and hours are meant, and its terms.

404 clinic_not_found: no such clinic.';

grant execute on function api.get_clinic
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
