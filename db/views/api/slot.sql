create or replace view api.slot as
select
    s.id, d.clinic_id, c.time_zone, d.city, d.consultation_type, s.doctor_id,
    d.name as doctor_name, d.specialization, s.start_time, s.end_time,
    (extract(epoch from s.end_time - s.start_time) / 60)::integer as duration_minutes,
    s.capacity, s.seats_available, s.status, d.consultation_fee, c.currency
from core.slot as s
join data.doctor as d on d.id = s.doctor_id
join data.clinic as c on c.id = d.clinic_id
where d.listed_at is not null and d.deleted_at is null;

comment on view api.slot is 'A time at which a doctor sees patients.';
comment on column api.slot.id is '! Identifies the slot.';
comment on column api.slot.clinic_id is '! The clinic of the doctor.';
comment on column api.slot.time_zone is '! The zone of the clinic (IANA time zone database).';
comment on column api.slot.city is 'Where the doctor sees patients.';
comment on column api.slot.consultation_type is
'! Whether patients are seen online, on the spot (OFFLINE) or both.';
comment on column api.slot.doctor_id is '! Whose slot it is.';
comment on column api.slot.doctor_name is '! Name of the doctor.';
comment on column api.slot.specialization is '! The doctor''s field of medicine.';
comment on column api.slot.start_time is '! When it starts.';
comment on column api.slot.end_time is '! When it ends.';
comment on column api.slot.duration_minutes is '! How long it is, in minutes.';
comment on column api.slot.capacity is '! How many seats it has.';
comment on column api.slot.seats_available is '! How many of them are free at this moment.';
comment on column api.slot.status is
'! HELD: full, but at least one seat only by a booking that is not paid yet. PAST: it has started.';
comment on column api.slot.consultation_fee is '! Price of one seat.';
comment on column api.slot.currency is '! Currency of the fee (ISO 4217).';
