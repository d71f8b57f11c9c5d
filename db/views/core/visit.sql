create or replace view core.visit as
select
    s.id as slot_id, s.start_time, s.end_time, d.id as doctor_id, d.name as doctor_name,
    d.specialization, d.city, c.name as clinic_name, c.time_zone
from data.slot as s
join data.doctor as d on d.id = s.doctor_id
join data.clinic as c on c.id = d.clinic_id;

comment on view core.visit is
'When, where and with whom a slot is, as mails and calendars tell it; also a deleted one.';
