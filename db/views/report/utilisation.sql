create or replace view report.utilisation as
select
    r.doctor_id, d.clinic_id, r.local_date,
    r.slots, r.deleted_slots, r.minutes_offered, r.minutes_booked,
    round(r.minutes_booked::numeric / nullif(r.minutes_offered, 0), 4) as utilisation,
    r.seats_offered, r.seats_taken,
    (select t.as_of from data.report_state as t) as as_of
from data.report_day as r
join data.doctor as d on d.id = r.doctor_id;

comment on view report.utilisation is
'How much of a doctor''s day is used. Counted by the due work.';
comment on column report.utilisation.doctor_id is 'Which doctor (report.doctor).';
comment on column report.utilisation.clinic_id is 'The clinic of the doctor.';
comment on column report.utilisation.local_date is
'The day of the visits, in the zone of the clinic. An index finds days.';
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
comment on column report.utilisation.as_of is
'Everything until then is counted, and maybe more; null where that was never so.';

grant select on report.utilisation to slotkeeper_report;
