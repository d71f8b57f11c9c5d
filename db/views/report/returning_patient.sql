create or replace view report.returning_patient as
select
    r.doctor_id, r.clinic_id, r.local_date,
    r.completed as visits, r.first_visits, r.completed - r.first_visits as later_visits,
    round((r.completed - r.first_visits)::numeric / nullif(r.completed, 0), 4) as return_rate,
    r.as_of
from core.report_day as r
where r.completed > 0;

comment on view report.returning_patient is
'How many of those seen on a doctor''s day had been seen in the clinic before, at an earlier time,
with the same account or, as guests, under the same address. What a guest booked and an account
claims is that account''s, also where it was counted before. Counted by the due work. Who that is,
under another name, tells report.booking.patient.';
comment on column report.returning_patient.visits is 'How many were seen.';
comment on column report.returning_patient.first_visits is
'How many of these visits were the patient''s first one in the clinic.';
comment on column report.returning_patient.later_visits is 'How many were not.';
comment on column report.returning_patient.return_rate is
'The share of these, from 0 to 1. Over several days: sum(later_visits) / sum(visits).';

grant select on report.returning_patient to slotkeeper_report;
