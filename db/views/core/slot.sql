create or replace view core.slot as
select
    s.id, s.doctor_id, s.start_time, s.end_time, s.capacity,
    s.capacity - t.taken as seats_available,
    case
        when s.start_time <= statement_timestamp() then data.slot_status 'PAST'
        when s.capacity > t.taken then 'AVAILABLE'
        when t.held then 'HELD'
        else 'BOOKED'
    end as status
from data.slot as s
cross join lateral (
    select
        coalesce(sum(b.seat_count), 0)::integer as taken,
        coalesce(bool_or(b.status = 'PENDING'), false) as held
    from data.booking as b
    where
        b.slot_id = s.id and core.holds_seats(b.status)
        and (s.has_waitlist
            or not core.has_run_out(b.status, b.expires_at, statement_timestamp()))
) as t
where s.deleted_at is null;

comment on view core.slot is 'Slots that stand, with their free seats and status at this moment.';
