create or replace view report.booking as
select
    b.id, b.slot_id, s.doctor_id, d.clinic_id, s.start_time, s.end_time,
    (s.start_time at time zone c.time_zone)::date as local_date,
    b.seat_count as seats, b.status, b.payment_status, b.amount, b.currency,
    b.account_id is null as is_guest,
    b.created_at, b.confirmed_at, b.cancelled_at
from core.booking as b
join data.slot as s on s.id = b.slot_id
join data.doctor as d on d.id = s.doctor_id
join data.clinic as c on c.id = d.clinic_id;

comment on view report.booking is 'Every booking ever made, without what identifies the patient.';
comment on column report.booking.local_date is 'The day of the visit, in the zone of the clinic.';

grant select on report.booking to slotkeeper_report;
