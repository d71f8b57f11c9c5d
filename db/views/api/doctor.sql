create or replace view api.doctor as
select
    d.id, d.clinic_id, d.name, d.specialization, d.city, d.consultation_type, d.consultation_fee,
    c.currency, d.rating, d.email, d.phone, d.experience_years
from data.doctor as d
join data.clinic as c on c.id = d.clinic_id
where d.listed_at is not null and d.deleted_at is null;

comment on view api.doctor is 'A doctor who can be booked.';
comment on column api.doctor.id is '! Identifies the doctor.';
comment on column api.doctor.clinic_id is '! The clinic whose time zone and terms apply.';
comment on column api.doctor.name is '! Full name.';
comment on column api.doctor.specialization is '! Field of medicine.';
comment on column api.doctor.city is 'Where the doctor sees patients.';
comment on column api.doctor.consultation_type is
'! Whether patients are seen online, on the spot (OFFLINE) or both.';
comment on column api.doctor.consultation_fee is '! Price of one seat.';
comment on column api.doctor.currency is '! Currency of the fee (ISO 4217).';
comment on column api.doctor.rating is 'Rating out of five.';
comment on column api.doctor.email is 'Email address for patients.';
comment on column api.doctor.phone is 'Telephone number for patients.';
comment on column api.doctor.experience_years is 'Years of practice.';
