create or replace view report.utilisation as
select
    r.doctor_id, r.clinic_id, r.local_date,
    r.slots, r.deleted_slots, r.minutes_offered, r.minutes_booked,
    round(r.minutes_booked::numeric / nullif(r.minutes_offered, 0), 4) as utilisation,
    r.seats_offered, r.seats_taken, r.as_of
from core.report_day as r;

comment on view report.utilisation is
'How much of a doctor''s day is used. Counted by the due work.';
comment on column report.utilisation.slots is 'How many slots there were.';
comment on column report.utilisation.deleted_slots is 'How many of these were deleted since.';
comment on column report.utilisation.minutes_offered is
'For how long there was a slot: one that was deleted counts, too, and no minute counts twice.';
comment on column report.utilisation.minutes_booked is
'How much of that is in slots that somebody booked, and did not cancel.';
comment on column report.utilisation.utilisation is
'The share of that, from 0 to 1; null without any. Over several days:
sum(minutes_booked) / sum(minutes_offered).';
comment on column report.utilisation.seats_offered is
'Seats of slots that stand, or were deleted when they had been used.';
comment on column report.utilisation.seats_taken is 'How many of these are booked.';

grant select on report.utilisation to slotkeeper_report;
