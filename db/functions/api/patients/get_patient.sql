create or replace function api.get_patient(patient_id bigint) returns api.patient_file
language plpgsql stable security definer
set search_path = ''
as $$
declare
    v_file api.patient_file;
begin
    perform core.caller_account();
    perform core.require_patient(get_patient.patient_id);
    select p.* into v_file from api.patient_file as p where p.id = get_patient.patient_id;
    if core.caller_role() = 'patient' or core.treats(get_patient.patient_id) then
        v_file.records := array(
            select r from api.record as r
            where r.id in (
                select o.id from data.record as o
                where o.patient_id = get_patient.patient_id
                order by o.id desc
                limit 50
            )
            order by r.id desc
        );
    end if;
    return v_file;
end;
$$;

comment on function api.get_patient is
'GET /api/patients/{patient_id}
GET /patients/{patient_id}
Topic: patients

One patient. The patient, and a doctor through a booking as in `GET
/api/patients/{patient_id}/records`, see the profile and the newest records; admins, clerks of a
clinic that the patient has booked at, and staff who made the account, as in `POST /api/patients`,
see the profile alone.

404 patient_not_found: no such patient, or none of the caller''s.';

grant execute on function api.get_patient
to slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
