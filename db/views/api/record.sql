create or replace view api.record as
select
    r.id, r.patient_id, r.doctor_id, d.name as doctor_name, r.booking_id, r.kind, r.body,
    r.corrects_id, n.id as corrected_by_id, r.created_at
from data.record as r
join data.doctor as d on d.id = r.doctor_id
left join data.record as n on n.corrects_id = r.id;

comment on view api.record is 'What a doctor wrote down about a patient.';
comment on column api.record.id is '! Identifies the record.';
comment on column api.record.patient_id is '! Who it is about.';
comment on column api.record.doctor_id is '! The doctor who wrote it.';
comment on column api.record.doctor_name is '! Name of the doctor.';
comment on column api.record.booking_id is 'The visit that it is about.';
comment on column api.record.kind is
'! What it is: the history, a note of a visit, a prescription.';
comment on column api.record.body is '! A JSON object; a PRESCRIPTION lists its medicines.';
comment on column api.record.corrects_id is 'The older version, which this one corrects.';
comment on column api.record.corrected_by_id is
'The newer version; null: this is the one that holds.';
comment on column api.record.created_at is '! When it was written.';
