create or replace view report.outcome as
select
    r.doctor_id, r.clinic_id, r.local_date,
    r.pending + r.confirmed + r.failed + r.cancelled + r.checked_in + r.completed + r.no_show
        as bookings,
    r.pending, r.confirmed, r.failed, r.cancelled, r.checked_in, r.completed, r.no_show,
    round(r.no_show::numeric / nullif(r.no_show + r.completed, 0), 4) as no_show_rate,
    r.guests,
    round(r.lead_minutes / 60.0, 2) as lead_hours,
    round(r.lead_minutes / 60.0 / nullif(
        r.pending + r.confirmed + r.cancelled + r.checked_in + r.completed + r.no_show, 0
    ), 2) as average_lead_hours,
    r.as_of
from core.report_day as r;

comment on view report.outcome is
'What became of the bookings for a doctor''s day. Counted by the due work.';
comment on column report.outcome.bookings is 'How many there are.';
comment on column report.outcome.pending is 'Held, and not paid or accepted yet.';
comment on column report.outcome.confirmed is 'Still to come.';
comment on column report.outcome.failed is 'Declined, or not paid in time.';
comment on column report.outcome.cancelled is 'Cancelled, whoever did it (report.cancellation).';
comment on column report.outcome.checked_in is 'There, and waiting.';
comment on column report.outcome.completed is 'Seen.';
comment on column report.outcome.no_show is 'Not come.';
comment on column report.outcome.no_show_rate is
'Of those seen or not come, the share that did not come, from 0 to 1; null without any. Over several
days: sum(no_show) / sum(no_show + completed).';
comment on column report.outcome.guests is 'How many were made without an account.';
comment on column report.outcome.lead_hours is
'Hours from booking to visit, summed up over all but those that failed.';
comment on column report.outcome.average_lead_hours is
'The same, on average. Over several days: sum(lead_hours) / sum(bookings - failed).';

grant select on report.outcome to slotkeeper_report;
