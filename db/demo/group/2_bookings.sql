-- The clinic's slots and who booked them; the days nearest to today first.

-- Whatever can be booked: of a group places of two seats, else the one seat of a slot.
create temporary table place on commit drop as
with day as (
    select
        h.today + n as day, abs(n) as distance,
        -- What is past was nearly full; what is to come fills up as it comes nearer.
        case when n < 0 then 0.9 else 0.97 * exp(-n / 15.0) end as fullness
    from house as h
    cross join generate_series(-15 - h.bookings / h.doctors / 9, 29) as n
),
opening as materialized (
    select d.*, t.start_time, core.local_to_instant(d.day + t.start_time, h.time_zone) as instant
    from day as d
    cross join house as h
    cross join (select distinct o.start_time from hour as o) as t
)
select
    o.doctor_id, o.fee, o.capacity, o.minutes, d.day, d.distance, d.fullness, pair,
    d.instant + make_interval(mins => o.minutes * nth) as start_time,
    h.number * 10000000 + row_number() over (order by o.doctor, d.instant, nth, pair) as dice
from hour as o
cross join house as h
join opening as d on d.start_time = o.start_time and extract(isodow from d.day) = o.weekday
cross join generate_series(
    0, extract(epoch from o.end_time - o.start_time)::integer / 60 / o.minutes - 1
) as nth
cross join generate_series(1, greatest(o.capacity / 2, 1)) as pair
where not exists (
    select from away as a
    where a.doctor_id = o.doctor_id and d.day between a.first_day and a.last_day
);

analyze place (day);

-- Who has a place and, of one in eight, who had it before: let it go, or did not pay in time.
create temporary table visit on commit drop as
with wanted as (
    select
        p.*, t.kept,
        (
            floor(pg_temp.dice('day', p.day - date '2000-01-01') * h.patients)
            + row_number() over (partition by p.day, t.kept order by p.dice)
        )::bigint % h.patients as patient,
        case when p.capacity > 1 and pg_temp.dice('pair', p.dice) < 0.3 then 2 else 1 end as seats,
        interval '20 minutes' - interval '9 days' * ln(1 - pg_temp.dice('lead', p.dice))
        * case when t.kept then 1 else 2 end as lead,
        pg_temp.dice(case when t.kept then 'kept' else 'lost' end, p.dice) as chance,
        h.payment_terms, h.cancellation_notice_hours, h.currency,
        case when h.payment_terms = 'PREPAID' and p.fee > 0 then
            make_interval(secs => h.hold_seconds)
        end as hold
    from place as p
    cross join house as h
    cross join (values (true), (false)) as t (kept)
    where case
        when t.kept then pg_temp.dice('taken', p.dice) < p.fullness
        else pg_temp.dice('taken before', p.dice) < p.fullness / 8
    end
    order by p.distance, pg_temp.dice('cut', p.dice), t.kept
    limit (select h.bookings from house as h)
),
fated as (
    select
        w.*, w.start_time + make_interval(mins => w.minutes) as end_time,
        make_interval(hours => w.cancellation_notice_hours) as notice,
        case
            when not w.kept and w.hold is not null and w.chance < 0.3 then 'EXPIRED'
            when not w.kept and w.hold is not null and w.chance < 0.4 then 'DECLINED'
            when not w.kept then 'CANCELLED'
            when w.start_time + interval '2 hours' < now() then
                case
                    when w.chance < 0.05 then 'NO_SHOW' when w.chance < 0.12 then 'CANCELLED'
                    else 'COMPLETED'
                end
            when w.start_time < now() then 'CHECKED_IN'
            when w.start_time < now() + interval '20 minutes' and w.chance < 0.5 then 'CHECKED_IN'
            when w.distance > 1 and w.hold is not null and w.chance < 0.01 then 'PENDING'
            else 'CONFIRMED'
        end as fate
    from wanted as w
),
made as (
    select
        f.*,
        case
            when f.fate = 'PENDING' then now() - f.hold * 0.8 * pg_temp.dice('held', f.dice)
            else least(
                f.start_time - f.lead,
                now() - interval '20 minutes'
                - interval '6 days' * pg_temp.dice('recently', f.dice)
                * case when f.kept then 1 else 2 end
            )
        end as created_at
    from fated as f
)
select
    nextval('data.booking_id_seq') as id, m.*,
    m.created_at + m.hold as expires_at,
    m.fate = 'CANCELLED' and pg_temp.dice('by staff', m.dice) < 0.15 as by_staff,
    case
        when m.fate in ('PENDING', 'EXPIRED', 'DECLINED') then null
        else m.created_at + coalesce(m.hold, '0') * 0.8 * pg_temp.dice('paid', m.dice)
    end as confirmed_at,
    case when m.fate in ('CHECKED_IN', 'COMPLETED') then
        least(now(), m.start_time + interval '5 minutes'
        - interval '20 minutes' * pg_temp.dice('arrived', m.dice))
    end as checked_in_at,
    case when m.fate = 'COMPLETED' then
        m.start_time + interval '5 minutes'
        + make_interval(mins => m.minutes) * (0.5 + 0.7 * pg_temp.dice('over', m.dice))
    end as completed_at,
    case
        when m.fate = 'CANCELLED' and m.kept
            then m.start_time - (m.start_time - m.created_at) * 0.2 * pg_temp.dice('late', m.dice)
        when m.fate = 'CANCELLED'
            then m.created_at + (least(now(), m.start_time) - m.created_at)
                * (0.7 + 0.2 * pg_temp.dice('early', m.dice))
    end as cancelled_at
from (select * from made order by created_at) as m;

create temporary table slot on commit drop as
select
    nextval('data.slot_id_seq') as id, p.doctor_id, p.start_time,
    p.start_time + make_interval(mins => p.minutes) as end_time, p.capacity, p.day, p.dice
from place as p
where p.pair = 1 and p.day >= (select min(v.day) from visit as v)
order by p.doctor_id, p.start_time;

analyze visit (doctor_id), slot (doctor_id);

insert into data.slot (
    id, doctor_id, start_time, end_time, capacity, generated, created_at, local_date
)
overriding system value
select s.id, s.doctor_id, s.start_time, s.end_time, s.capacity, true, h.created_at, s.day
from slot as s cross join house as h;

insert into data.booking (
    id, slot_id, doctor_id, slot_capacity, seats, seat_count, status, account_id, manage_token_hash,
    patient_name, patient_email, reason, amount, currency, cancellation_notice_hours, payment_terms,
    created_at, expires_at, confirmed_at, checked_in_at, completed_at, cancelled_at, cancelled_by,
    cancellation_reason, booked_by_id, booked_by_role
)
overriding system value
select
    v.id, s.id, s.doctor_id, s.capacity,
    int4multirange(int4range(2 * v.pair - 1, 2 * v.pair - 1 + v.seats)), v.seats,
    case when v.fate in ('EXPIRED', 'DECLINED') then 'FAILED' else v.fate end::data.booking_status,
    p.account_id,
    -- No text holds a zero byte, so there is no token that has this hash.
    case when p.account_id is null then sha256('\x00' || int8send(v.id)) end,
    p.name, p.email,
    pg_temp.pick('reason', v.dice, '{Check-up,Second opinion,Follow-up,NULL,NULL,NULL}'),
    v.fee * v.seats, v.currency, v.cancellation_notice_hours, v.payment_terms,
    v.created_at, v.expires_at, v.confirmed_at, v.checked_in_at, v.completed_at, v.cancelled_at,
    case when v.by_staff then 'STAFF' when v.fate = 'CANCELLED' then 'PATIENT' end::data.canceller,
    case when v.by_staff then 'The doctor is ill.' end, c.id, c.role
from visit as v
join slot as s on s.doctor_id = v.doctor_id and s.start_time = v.start_time
join patient as p on p.place = v.patient
cross join house as h
left join data.account as c
on c.clinic_id = h.id and c.email = format('desk1.%s@demo.example', h.number)
    and v.payment_terms = 'AT_VISIT' and pg_temp.dice('by phone', v.dice) < 0.3
order by v.id;
