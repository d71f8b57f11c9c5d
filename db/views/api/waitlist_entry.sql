create or replace view api.waitlist_entry as
select
    w.id, w.slot_id, s.start_time, d.name as doctor_name, w.patient_name, w.patient_email,
    w.seats, p.position, e.status, w.booking_id, w.created_at
from data.waitlist_entry as w
join data.slot as s on s.id = w.slot_id
join data.doctor as d on d.id = w.doctor_id
left join data.booking as b on b.id = w.booking_id
cross join lateral (
    select
        (case
            when b.confirmed_at is not null then 'BOOKED'
            when b.id is not null and core.is_live(b, statement_timestamp()) then 'OFFERED'
            when w.waiting and s.open and s.start_time > statement_timestamp() then 'WAITING'
            else 'ENDED'
        end)::data.waitlist_status as status
) as e
cross join lateral (
    select
        case e.status
            when 'WAITING' then (
                select count(*)::integer from data.waitlist_entry as o
                where o.slot_id = w.slot_id and o.waiting and o.id <= w.id
            )
        end as position
) as p;

comment on view api.waitlist_entry is 'Somebody who waits for seats of a slot, or did.';
comment on column api.waitlist_entry.id is '! Identifies the entry.';
comment on column api.waitlist_entry.slot_id is '! The slot that is waited for.';
comment on column api.waitlist_entry.start_time is '! When that slot starts.';
comment on column api.waitlist_entry.doctor_name is '! Name of the doctor of that slot.';
comment on column api.waitlist_entry.patient_name is '! For whom the seats are.';
comment on column api.waitlist_entry.patient_email is '! Email address of the patient.';
comment on column api.waitlist_entry.seats is '! How many seats are waited for.';
comment on column api.waitlist_entry.position is
'Place among those who wait for the slot, from 1; nothing once it is over.';
comment on column api.waitlist_entry.status is
'! OFFERED: seats are held as booking_id, to be paid or accepted in time. BOOKED: that was done.
ENDED: it was not, or whoever waited has left, or the slot has started or is gone.';
comment on column api.waitlist_entry.booking_id is 'The booking that was offered.';
comment on column api.waitlist_entry.created_at is '! Since when it waits.';
