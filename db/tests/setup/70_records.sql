-- What a doctor wrote down about a patient, straight into the table. The account of the doctor
-- wrote it, or that of the patient where the doctor has none.
create function tests.record(
    patient bigint,
    doctor bigint,
    kind text default 'VISIT_NOTE',
    body jsonb default '{"text": "Nothing to worry about."}',
    corrects bigint default null
) returns bigint
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_id bigint;
begin
    insert into data.record as r (patient_id, doctor_id, author_id, kind, body, corrects_id)
    values (
        record.patient, record.doctor,
        coalesce((select d.account_id from data.doctor as d where d.id = record.doctor), patient),
        record.kind::data.record_kind, record.body, record.corrects
    )
    returning r.id into v_id;
    return v_id;
end;
$$;

-- Let a booking be one that staff made for the patient. The trigger that freezes this is left out.
create function tests.book_as(booking bigint, role text) returns bigint
language plpgsql volatile security definer
set search_path = '' set session_replication_role = replica
as $$
begin
    update data.booking as b
    set booked_by_role = book_as.role::data.account_role
    where b.id = book_as.booking;
    return book_as.booking;
end;
$$;
