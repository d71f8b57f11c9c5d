create or replace view report.slot as
select
    v.id, v.doctor_id, d.clinic_id, v.start_time, v.end_time,
    (v.start_time at time zone c.time_zone)::date as local_date,
    v.capacity, v.capacity - v.seats_available as seats_taken, v.status
from api.slot as v
join data.doctor as d on d.id = v.doctor_id
join data.clinic as c on c.id = d.clinic_id;

comment on view report.slot is 'Every slot that stands, and how full it is.';
comment on column report.slot.local_date is 'The day of the slot, in the zone of the clinic.';

grant select on report.slot to slotkeeper_report;
