create or replace view report.waitlist as
select
    r.doctor_id, d.clinic_id, r.local_date,
    r.waited, r.offered, r.accepted,
    round(r.accepted::numeric / nullif(r.waited, 0), 4) as conversion,
    (select t.as_of from data.report_state as t) as as_of
from data.report_day as r
join data.doctor as d on d.id = r.doctor_id
where r.waited > 0;

comment on view report.waitlist is
'What became of those who waited for a full slot of a doctor''s day. Counted by the due work.';
comment on column report.waitlist.doctor_id is 'Which doctor (report.doctor).';
comment on column report.waitlist.clinic_id is 'The clinic of the doctor.';
comment on column report.waitlist.local_date is
'The day of the visits, in the zone of the clinic. An index finds days.';
comment on column report.waitlist.waited is 'How many waited.';
comment on column report.waitlist.offered is 'How many of these were offered seats.';
comment on column report.waitlist.accepted is 'How many of these took them.';
comment on column report.waitlist.conversion is
'Of those who waited, the share that took seats. Over several days: sum(accepted) / sum(waited).';
comment on column report.waitlist.as_of is
'Everything until then is counted, and maybe more; null where that was never so.';

grant select on report.waitlist to slotkeeper_report;
