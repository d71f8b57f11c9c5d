create or replace view report.booking as
select
    b.id, b.slot_id, b.doctor_id, d.clinic_id, s.start_time, s.end_time, s.local_date,
    b.seat_count as seats, b.status, b.amount, b.currency,
    b.account_id is null as is_guest,
    -- The secret last: then nothing can be appended to what is digested.
    encode(sha256(convert_to(coalesce(
        b.account_id::text,
        -- Anybody can book under the address of somebody else, but is not seen so.
        case b.status when 'COMPLETED' then lower(b.patient_email) end,
        'booking ' || b.id
    ), 'UTF8') || g.pseudonym_secret), 'hex') as patient,
    b.created_at, b.confirmed_at, b.checked_in_at, b.completed_at, b.cancelled_at, b.cancelled_by,
    round(extract(epoch from s.start_time - b.created_at) / 3600, 2) as lead_hours,
    round(extract(epoch from s.start_time - b.cancelled_at) / 3600, 2) as notice_hours
from core.booking as b
join data.slot as s on s.id = b.slot_id
join data.doctor as d on d.id = b.doctor_id
cross join data.setting as g;

comment on view report.booking is
'Every booking ever made, without what identifies the patient. Of this moment. What was paid and
given back for it tells report.payment; months of a large house, counted already, report.outcome.';
comment on column report.booking.id is 'Identifies the booking.';
comment on column report.booking.slot_id is 'The slot of the visit (report.slot).';
comment on column report.booking.doctor_id is 'The doctor of the visit (report.doctor).';
comment on column report.booking.clinic_id is 'The clinic of the doctor.';
comment on column report.booking.start_time is 'When the visit starts.';
comment on column report.booking.end_time is 'When it ends.';
comment on column report.booking.local_date is
'The day of the visit, in the zone of the clinic. An index finds the bookings of days.';
comment on column report.booking.seats is 'How many seats.';
comment on column report.booking.status is
'PENDING, CONFIRMED, FAILED, CANCELLED, CHECKED_IN, COMPLETED or NO_SHOW.';
comment on column report.booking.amount is 'What it costs.';
comment on column report.booking.currency is 'Currency of the amount (ISO 4217).';
comment on column report.booking.is_guest is 'Whether it was made without an account.';
comment on column report.booking.patient is
'The same for all bookings of an account, and for all visits of guests with one address that were
completed: a name that nobody has. What else a guest booked has one of its own. It follows from a
secret of this installation, so none can tell whose it is, or try out addresses.';
comment on column report.booking.created_at is 'When it was made.';
comment on column report.booking.confirmed_at is 'When it was confirmed.';
comment on column report.booking.checked_in_at is 'When the patient came.';
comment on column report.booking.completed_at is 'When the visit was over.';
comment on column report.booking.cancelled_at is 'When it was cancelled.';
comment on column report.booking.cancelled_by is
'By whom: PATIENT or STAFF; null, too, where it was not written down.';
comment on column report.booking.lead_hours is 'How many hours before the visit it was made.';
comment on column report.booking.notice_hours is
'How many hours before the visit it was cancelled.';

grant select on report.booking to slotkeeper_report;
