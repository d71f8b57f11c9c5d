-- Who waits for a full slot, and who did.

insert into data.waitlist_entry (
    slot_id, doctor_id, account_id, manage_token_hash, patient_name, patient_email, seats,
    created_at, booking_id, ended_at
)
select
    w.slot_id, w.doctor_id, p.account_id,
    case when p.account_id is null then
        coalesce(b.manage_token_hash, sha256('\x00' || int8send(-w.slot_id)))
    end,
    p.name, p.email, w.seats, w.created_at, w.booking_id, w.ended_at
from (
    -- What was offered, and mostly taken.
    select
        b.slot_id, b.doctor_id, v.patient, v.seats, v.created_at - interval '1 day' as created_at,
        v.id as booking_id, null::timestamptz as ended_at
    from visit as v
    join data.booking as b on b.id = v.id
    where v.kept and v.fate <> 'CANCELLED' and pg_temp.dice('offered', v.dice)
        < case when v.fate = 'PENDING' then 0.5 else 0.02 end
    union all
    -- What never came free, or has not yet.
    select
        s.id, s.doctor_id, (pg_temp.dice('waits', s.dice) * (h.patients - 1))::integer, 1,
        least(s.start_time, now()) - interval '2 days' * pg_temp.dice('joined', s.dice), null,
        case when s.start_time <= now() then s.start_time end
    from slot as s
    cross join house as h
    where pg_temp.dice('wanted', s.dice) < 0.03 and s.capacity = (
        select sum(b.seat_count) from data.booking as b
        where b.slot_id = s.id and b.status not in ('FAILED', 'CANCELLED')
    )
) as w
join patient as p on p.place = w.patient
left join data.booking as b on b.id = w.booking_id
order by w.created_at;

update data.slot as s set has_waitlist = true
from slot as mine
where s.id = mine.id
    and exists (select from data.waitlist_entry as w where w.slot_id = s.id and w.waiting);

-- As there is no history to read of it, reports are told what there is to count.
insert into data.stale_day (doctor_id, local_date)
select distinct s.doctor_id, s.local_date
from data.slot as s
where s.doctor_id in (select o.doctor_id from hour as o);
insert into data.stale_money (local_date)
select distinct (m.instant at time zone h.time_zone)::date
from (
    select p.settled_at as instant from paid as p
    union all
    select r.created_at from data.refund as r join paid as p on p.payment_id = r.payment_id
    union all
    select r.done_at from data.refund as r join paid as p on p.payment_id = r.payment_id
) as m
cross join house as h
where m.instant is not null
-- In order: clinics that are made at once have the same days.
order by 1
on conflict do nothing;
