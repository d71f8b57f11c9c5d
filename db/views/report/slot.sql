create or replace view report.slot as
select
    s.id, s.doctor_id, d.clinic_id, s.start_time, s.end_time, o.local_date,
    s.capacity, s.capacity - s.seats_available as seats_taken, s.status
from core.slot as s
join data.slot as o on o.id = s.id
join data.doctor as d on d.id = s.doctor_id
where d.listed_at is not null and d.deleted_at is null;

comment on view report.slot is
'Every slot that stands, and how full it is at this moment. What time there was in all, also in
slots that were deleted, tells report.utilisation.';
comment on column report.slot.id is 'Identifies the slot.';
comment on column report.slot.doctor_id is 'Whose it is (report.doctor).';
comment on column report.slot.clinic_id is 'The clinic of the doctor.';
comment on column report.slot.start_time is 'When it starts.';
comment on column report.slot.end_time is 'When it ends.';
comment on column report.slot.local_date is
'The day of the slot, in the zone of the clinic. An index finds the slots of days.';
comment on column report.slot.capacity is 'How many seats it has.';
comment on column report.slot.seats_taken is 'How many of these are held or taken.';
comment on column report.slot.status is 'AVAILABLE, HELD, BOOKED or PAST.';

grant select on report.slot to slotkeeper_report;
