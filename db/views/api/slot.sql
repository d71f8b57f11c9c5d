create or replace view api.slot as
select
    s.id, s.doctor_id, d.name as doctor_name, d.specialization, s.start_time, s.end_time,
    (extract(epoch from s.end_time - s.start_time) / 60)::integer as duration_minutes,
    s.capacity,
    s.capacity - t.taken as seats_available,
    case
        when s.start_time <= statement_timestamp() then data.slot_status 'PAST'
        when s.capacity > t.taken then 'AVAILABLE'
        when t.held then 'HELD'
        else 'BOOKED'
    end as status,
    d.consultation_fee, c.currency
from data.slot as s
join data.doctor as d on d.id = s.doctor_id
join data.clinic as c on c.id = d.clinic_id
cross join lateral (
    select
        coalesce(sum(upper(r.seats) - lower(r.seats)), 0)::integer as taken,
        coalesce(bool_or(b.status = 'PENDING'), false) as held
    from data.booking as b
    cross join lateral unnest(b.seats) as r (seats)
    where
        b.slot_id = s.id
        and (
            b.status in ('CONFIRMED', 'CHECKED_IN')
            -- A hold that has run out is gone, whether or not the tidy-up has seen it.
            or (b.status = 'PENDING' and b.expires_at > statement_timestamp())
        )
) as t
where s.deleted_at is null and d.listed_at is not null and d.deleted_at is null;

comment on view api.slot is 'A time at which a doctor sees patients.';
comment on column api.slot.id is '! Identifies the slot.';
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
