create or replace view report.revenue as
select
    r.doctor_id, d.clinic_id, r.local_date,
    r.currency, r.captured, r.owed_back as refunded, r.paid_back,
    r.captured - r.owed_back as revenue,
    (select t.as_of from data.report_state as t) as as_of
from data.report_money as r
join data.doctor as d on d.id = r.doctor_id;

comment on view report.revenue is
'The money that moved on a day for visits to a doctor, whenever these are. Counted by the due
work.';
comment on column report.revenue.doctor_id is 'Which doctor (report.doctor).';
comment on column report.revenue.clinic_id is 'The clinic of the doctor.';
comment on column report.revenue.local_date is
'The day on which it moved, in the zone of the clinic. An index finds days.';
comment on column report.revenue.currency is 'That of what was captured (ISO 4217).';
comment on column report.revenue.captured is 'Taken on the day.';
comment on column report.revenue.refunded is 'What began to be owed back on the day.';
comment on column report.revenue.paid_back is 'What was sent back on the day, and arrived.';
comment on column report.revenue.revenue is 'What was captured less what is owed back.';
comment on column report.revenue.as_of is
'Everything until then is counted, and maybe more; null where that was never so.';

grant select on report.revenue to slotkeeper_report;
