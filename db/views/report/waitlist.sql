create or replace view report.waitlist as
select
    r.doctor_id, r.clinic_id, r.local_date,
    r.waited, r.offered, r.accepted,
    round(r.accepted::numeric / nullif(r.waited, 0), 4) as conversion, r.as_of
from core.report_day as r
where r.waited > 0;

comment on view report.waitlist is
'What became of those who waited for a full slot of a doctor''s day. Counted by the due work.';
comment on column report.waitlist.waited is 'How many waited.';
comment on column report.waitlist.offered is 'How many of these were offered seats.';
comment on column report.waitlist.accepted is 'How many of these took them.';
comment on column report.waitlist.conversion is
'Of those who waited, the share that took seats. Over several days: sum(accepted) / sum(waited).';

grant select on report.waitlist to slotkeeper_report;
