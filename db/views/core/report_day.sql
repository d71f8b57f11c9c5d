create or replace view core.report_day as
select r.*, d.clinic_id, (select t.as_of from data.report_state as t) as as_of
from data.report_day as r
join data.doctor as d on d.id = r.doctor_id;

comment on view core.report_day is
'Days of doctors as they were counted, and what the views of reports say of each.';
comment on column core.report_day.doctor_id is 'Which doctor (report.doctor).';
comment on column core.report_day.clinic_id is 'The clinic of the doctor.';
comment on column core.report_day.local_date is
'The day of the visits, in the zone of the clinic. An index finds days.';
comment on column core.report_day.as_of is
'Everything until then is counted, and maybe more; null where that was never so.';
