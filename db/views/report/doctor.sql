create or replace view report.doctor
-- Who is left out stays unseen, whatever the reader's own functions tell.
with (security_barrier) as
select
    d.id, d.clinic_id, c.name as clinic_name, c.time_zone, d.name, d.specialization, d.city,
    d.consultation_type, d.consultation_fee, c.currency, d.rating, d.created_at, d.deleted_at
from data.doctor as d
join data.clinic as c on c.id = d.clinic_id
where d.listed_at is not null;

comment on view report.doctor is 'Every doctor who was ever approved, also those who have left.';
comment on column report.doctor.id is 'Identifies the doctor.';
comment on column report.doctor.clinic_id is 'Where the doctor works.';
comment on column report.doctor.clinic_name is 'What that clinic is called.';
comment on column report.doctor.time_zone is 'Where it is (IANA time zone database).';
comment on column report.doctor.name is 'What the doctor is called, as everybody may read.';
comment on column report.doctor.specialization is 'What for.';
comment on column report.doctor.city is 'In which city.';
comment on column report.doctor.consultation_type is 'ONLINE, OFFLINE or BOTH.';
comment on column report.doctor.consultation_fee is 'Price of one seat, today.';
comment on column report.doctor.currency is 'Currency of the fee (ISO 4217), today.';
comment on column report.doctor.rating is 'Out of five.';
comment on column report.doctor.created_at is 'Since when the doctor is known.';
comment on column report.doctor.deleted_at is 'When the doctor left; null for who is there.';

grant select on report.doctor to slotkeeper_report;
