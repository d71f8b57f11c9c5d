create or replace view report.slot as
select
    s.id, s.doctor_id, d.clinic_id, s.start_time, s.end_time,
    (s.start_time at time zone c.time_zone)::date as local_date,
    s.capacity, s.capacity - s.seats_available as seats_taken, s.status
from core.slot as s
join data.doctor as d on d.id = s.doctor_id
join data.clinic as c on c.id = d.clinic_id
where d.listed_at is not null and d.deleted_at is null;

comment on view report.slot is 'Every slot that stands, and how full it is.';
comment on column report.slot.local_date is 'The day of the slot, in the zone of the clinic.';

grant select on report.slot to slotkeeper_report;
