create or replace view report.doctor as
select
    d.id, d.clinic_id, c.name as clinic_name, c.time_zone, d.name, d.specialization, d.city,
    d.consultation_type, d.consultation_fee, c.currency, d.rating, d.created_at, d.deleted_at
from data.doctor as d
join data.clinic as c on c.id = d.clinic_id
where d.listed_at is not null;

comment on view report.doctor is 'Every doctor who was ever approved, also those who have left.';

grant select on report.doctor to slotkeeper_report;
