create or replace function core.require_patient(patient_id bigint) returns void
language plpgsql stable
set search_path = ''
as $$
begin
    if not core.knows_patient(require_patient.patient_id) then
        raise exception 'patient_not_found' using errcode = 'PT404',
            detail = 'There is no such patient, or it is none of yours.';
    end if;
end;
$$;

comment on function core.require_patient is
'Refuses whoever may not see a patient as if there were none.

404 patient_not_found: no such patient, or none of the caller''s.';
