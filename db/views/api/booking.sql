create or replace view api.booking as
select
    b.id, d.clinic_id, c.time_zone, b.slot_id, b.doctor_id, d.name as doctor_name, d.specialization,
    s.start_time, s.end_time,
    b.patient_name, b.patient_email, b.patient_phone, b.reason, b.seat_count as seats,
    b.status, b.payment_status, b.amount, b.refunded_amount, b.refund_due_amount, b.currency,
    b.expires_at, b.created_at, b.confirmed_at, b.checked_in_at, b.completed_at, b.cancelled_at,
    b.cancelled_by, b.cancellation_reason
from core.booking as b
join data.slot as s on s.id = b.slot_id
join data.doctor as d on d.id = b.doctor_id
join data.clinic as c on c.id = d.clinic_id;

comment on view api.booking is 'Seats of a slot, held or taken for a patient.';
comment on column api.booking.id is '! Identifies the booking.';
comment on column api.booking.clinic_id is '! The clinic of that doctor.';
comment on column api.booking.time_zone is '! The zone of the clinic (IANA time zone database).';
comment on column api.booking.slot_id is '! The slot that is booked.';
comment on column api.booking.doctor_id is '! The doctor of that slot.';
comment on column api.booking.doctor_name is '! Name of the doctor.';
comment on column api.booking.specialization is '! The doctor''s field of medicine.';
comment on column api.booking.start_time is '! When the slot starts.';
comment on column api.booking.end_time is '! When the slot ends.';
comment on column api.booking.patient_name is '! For whom the booking is.';
comment on column api.booking.patient_email is '! Email address of the patient.';
comment on column api.booking.patient_phone is 'Telephone number of the patient.';
comment on column api.booking.reason is 'What the patient said about the visit.';
comment on column api.booking.seats is '! How many seats.';
comment on column api.booking.status is
'! PENDING holds the seats until expires_at. FAILED: not paid in time, or payment declined.';
comment on column api.booking.payment_status is
'! NONE: nothing is due. DUE: to be paid by expires_at. REFUND_DUE: money is owed back.';
comment on column api.booking.amount is '! What all seats cost, frozen at booking.';
comment on column api.booking.refunded_amount is '! What of it has been given back.';
comment on column api.booking.refund_due_amount is '! What of it is owed back and not given yet.';
comment on column api.booking.currency is '! Currency of the amount (ISO 4217).';
comment on column api.booking.expires_at is 'When an unpaid booking loses its seats.';
comment on column api.booking.created_at is '! When it was booked.';
comment on column api.booking.confirmed_at is 'When it was paid, or booked where nothing was due.';
comment on column api.booking.checked_in_at is 'When the patient arrived.';
comment on column api.booking.completed_at is 'When the visit was over.';
comment on column api.booking.cancelled_at is 'When it was cancelled.';
comment on column api.booking.cancelled_by is 'Who cancelled it.';
comment on column api.booking.cancellation_reason is 'Why it was cancelled.';
