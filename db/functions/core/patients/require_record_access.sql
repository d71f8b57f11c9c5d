create or replace function core.require_record_access(patient_id bigint) returns void
language plpgsql stable
set search_path = ''
as $$
begin
    if not core.knows_patient(require_record_access.patient_id)
        or core.caller_role() <> 'patient' and not core.treats(require_record_access.patient_id)
    then
        raise exception 'patient_not_found' using errcode = 'PT404',
            detail = 'There is no such patient, or it is none of yours.';
    end if;
end;
$$;

comment on function core.require_record_access is
'Refuses whoever may not see the records of a patient: all but the patient and the doctors who treat
the patient (`core.treats`).

404 patient_not_found: no such patient, or the records are not open to the caller.';
