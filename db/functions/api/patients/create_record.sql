create or replace function api.create_record(
    patient_id bigint,
    kind data.record_kind,
    body jsonb,
    booking_id bigint default null,
    corrects_id bigint default null
) returns api.record
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_account_id bigint;
    v_doctor_id bigint;
    v_id bigint;
begin
    v_account_id := core.caller_account();
    perform core.require_record_access(create_record.patient_id);
    v_doctor_id := core.caller_doctor();
    -- Nobody is erased while something is written about them.
    perform from data.account as a where a.id = create_record.patient_id for share;
    perform core.require_record_access(create_record.patient_id);
    if create_record.booking_id is not null and not exists (
        select from data.booking as b
        where b.id = create_record.booking_id and b.account_id = create_record.patient_id
            and b.doctor_id = v_doctor_id
            and b.status in ('CONFIRMED', 'CHECKED_IN', 'COMPLETED')
    ) then
        raise exception 'booking_not_found' using errcode = 'PT404',
            detail = 'The patient has no such visit with you.';
    end if;
    insert into data.record as r (
        patient_id, doctor_id, author_id, booking_id, kind, body, corrects_id
    )
    values (
        create_record.patient_id, v_doctor_id, v_account_id, create_record.booking_id,
        create_record.kind, create_record.body, create_record.corrects_id
    )
    returning r.id into v_id;
    return (select r from api.record as r where r.id = v_id);
exception
    when check_violation then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'body must be an object of 64 kB and 16 levels at most, that is not empty; of'
                || ' a VISIT_NOTE with some text; of a PRESCRIPTION with medicines, 1 to 100'
                || ' objects with the texts name, dosage and duration.';
    when unique_violation then
        raise exception 'record_corrected' using errcode = 'PT409',
            detail = format('Record %s was corrected already: correct the newer one.',
                create_record.corrects_id);
    when foreign_key_violation then
        raise exception 'record_not_found' using errcode = 'PT404',
            detail = 'You have written no such record of this kind about the patient.';
end;
$$;

comment on function api.create_record is
'POST /api/patients/{patient_id}/records 201
Topic: patients

Writes down something about a patient, for good: a HISTORY and a VISIT_NOTE as any JSON object, a
PRESCRIPTION with `medicines`, each with name, dosage and duration, and whatever else there is to
say. What was wrong is corrected by the doctor who wrote it, by a newer version, which names the
older one as `corrects_id`; who sees it otherwise writes a record of the own. For a doctor to whom
the records are open, as in `GET /api/patients/{patient_id}/records`.

400 invalid_parameter: the body has not the shape of its kind, or is too large or too deep.
404 patient_not_found: no such patient, or the records are not open to the caller.
404 booking_not_found: no visit of the patient with the caller.
404 record_not_found: no record of the patient, of this kind, by the caller, to correct.
409 record_corrected: it was corrected already.';

grant execute on function api.create_record to slotkeeper_doctor;
