create or replace function core.count_days(batch integer) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
    v_doctor_ids bigint[];
    v_dates date[];
    v_now timestamptz;
begin
    with taken as (
        delete from data.stale_day as m
        where (m.doctor_id, m.local_date) in (
            select o.doctor_id, o.local_date from data.stale_day as o
            order by o.doctor_id, o.local_date
            limit count_days.batch
        )
        returning m.*
    )
    select array_agg(t.doctor_id), array_agg(t.local_date) into v_doctor_ids, v_dates
    from taken as t;
    if v_doctor_ids is null then
        return 0;
    end if;
    v_now := clock_timestamp();
    delete from data.report_day as r
    using unnest(v_doctor_ids, v_dates) as d (doctor_id, local_date)
    where r.doctor_id = d.doctor_id and r.local_date = d.local_date;
    with day as materialized (
        select
            m.doctor_id, m.local_date, d.clinic_id,
            core.day_start(m.local_date, c.time_zone) as start_time,
            core.day_start(m.local_date + 1, c.time_zone) as end_time
        from unnest(v_doctor_ids, v_dates) as m (doctor_id, local_date)
        join data.doctor as d on d.id = m.doctor_id
        join data.clinic as c on c.id = d.clinic_id
    ),
    slot as materialized (
        select
            s.id, s.doctor_id, y.local_date, s.start_time, s.capacity, s.open, s.deleted_at,
            y.clinic_id, tstzrange(s.start_time, s.end_time) as times
        from day as y
        join data.slot as s
            on s.doctor_id = y.doctor_id
            and s.start_time >= y.start_time and s.start_time < y.end_time
    ),
    booking as materialized (
        select
            b.*, s.local_date, s.start_time, s.clinic_id,
            case
                when core.has_run_out(b.status, b.expires_at, v_now) then 'FAILED' else b.status
            end as shown,
            b.status in ('CONFIRMED', 'CHECKED_IN', 'COMPLETED', 'NO_SHOW') as kept,
            case
                when b.status <> 'CANCELLED' then null
                when b.cancelled_at > s.start_time - interval '2 hours' then 1
                when b.cancelled_at > s.start_time - interval '24 hours' then 2
                when b.cancelled_at > s.start_time - interval '7 days' then 3
                else 4
            end as notice
        from slot as s
        join data.booking as b on b.slot_id = s.id
    ),
    kept as (
        select b.slot_id, sum(b.seat_count) as seats from booking as b where b.kept group by 1
    ),
    offer as (
        select
            s.doctor_id, s.local_date, count(*) as slots,
            count(s.deleted_at) as deleted_slots,
            range_agg(s.times) as offered,
            range_agg(s.times) filter (where k.seats > 0) as booked,
            coalesce(sum(s.capacity) filter (where s.open or k.seats > 0), 0) as seats_offered,
            coalesce(sum(k.seats), 0) as seats_taken
        from slot as s
        left join kept as k on k.slot_id = s.id
        group by s.doctor_id, s.local_date
    ),
    outcome as (
        select
            b.doctor_id, b.local_date,
            count(*) filter (where b.shown = 'PENDING') as pending,
            count(*) filter (where b.shown = 'CONFIRMED') as confirmed,
            count(*) filter (where b.shown = 'FAILED') as failed,
            count(*) filter (where b.shown = 'CANCELLED') as cancelled,
            count(*) filter (where b.shown = 'CHECKED_IN') as checked_in,
            count(*) filter (where b.shown = 'COMPLETED') as completed,
            count(*) filter (where b.shown = 'NO_SHOW') as no_show,
            count(*) filter (where b.account_id is null) as guests,
            count(*) filter (
                where b.notice is not null and (
                    b.refund_forfeited or b.cancelled_at
                    > b.start_time - make_interval(hours => b.cancellation_notice_hours)
                )
            ) as cancelled_late,
            coalesce(sum(extract(epoch from b.start_time - b.created_at)) filter (
                where b.shown <> 'FAILED'
            ), 0) / 60 as lead_minutes,
            array[
                count(*) filter (where b.notice = 1 and b.cancelled_by is distinct from 'STAFF'),
                count(*) filter (where b.notice = 2 and b.cancelled_by is distinct from 'STAFF'),
                count(*) filter (where b.notice = 3 and b.cancelled_by is distinct from 'STAFF'),
                count(*) filter (where b.notice = 4 and b.cancelled_by is distinct from 'STAFF')
            ] as by_patient,
            array[
                count(*) filter (where b.notice = 1 and b.cancelled_by = 'STAFF'),
                count(*) filter (where b.notice = 2 and b.cancelled_by = 'STAFF'),
                count(*) filter (where b.notice = 3 and b.cancelled_by = 'STAFF'),
                count(*) filter (where b.notice = 4 and b.cancelled_by = 'STAFF')
            ] as by_staff
        from booking as b
        group by b.doctor_id, b.local_date
    ),
    first_visit as (
        select b.doctor_id, b.local_date, count(*) as visits
        from booking as b
        where b.shown = 'COMPLETED' and not core.was_seen_before(
            b.account_id, b.patient_email, b.clinic_id, b.start_time, b.id
        )
        group by b.doctor_id, b.local_date
    ),
    waiting as (
        select
            s.doctor_id, s.local_date, count(*) as waited, count(w.booking_id) as offered,
            count(b.confirmed_at) as accepted
        from slot as s
        join data.waitlist_entry as w on w.slot_id = s.id
        left join data.booking as b on b.id = w.booking_id
        group by s.doctor_id, s.local_date
    )
    insert into data.report_day (
        doctor_id, local_date, slots, deleted_slots, minutes_offered, minutes_booked,
        seats_offered, seats_taken, pending, confirmed, failed, cancelled, checked_in, completed,
        no_show, guests, cancelled_late, cancelled_by_patient, cancelled_by_staff, lead_minutes,
        first_visits, waited, offered, accepted
    )
    select
        f.doctor_id, f.local_date, f.slots, f.deleted_slots, core.minutes_of(f.offered),
        core.minutes_of(f.booked), f.seats_offered, f.seats_taken, coalesce(o.pending, 0),
        coalesce(o.confirmed, 0), coalesce(o.failed, 0), coalesce(o.cancelled, 0),
        coalesce(o.checked_in, 0), coalesce(o.completed, 0), coalesce(o.no_show, 0),
        coalesce(o.guests, 0), coalesce(o.cancelled_late, 0), coalesce(o.by_patient, '{0,0,0,0}'),
        coalesce(o.by_staff, '{0,0,0,0}'), coalesce(o.lead_minutes, 0), coalesce(v.visits, 0),
        coalesce(w.waited, 0), coalesce(w.offered, 0), coalesce(w.accepted, 0)
    from offer as f
    left join outcome as o on o.doctor_id = f.doctor_id and o.local_date = f.local_date
    left join first_visit as v on v.doctor_id = f.doctor_id and v.local_date = f.local_date
    left join waiting as w on w.doctor_id = f.doctor_id and w.local_date = f.local_date;
    return cardinality(v_dates);
end;
$$;

comment on function core.count_days is
'Counts anew for the reports at most `batch` marked days of doctors; returns how many these were.';
