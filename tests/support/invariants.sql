-- Counts every kind of wrong state: one row a kind, (kind, cases). One statement, so that it
-- sees one snapshot and one clock and may run while others write. It derives everything anew
-- from the tables, seat by seat and payment by payment, and trusts no constraint, trigger, copy
-- or view.
with
clock as (
    select statement_timestamp() as instant
),

-- A booking's own status, as everybody must see it at this moment.
booking as (
    select
        b.*,
        case
            when b.status = 'PENDING' and not b.expires_at > k.instant then 'FAILED'
            else b.status::text
        end as shown_status,
        k.instant
    from data.booking as b cross join clock as k
),

-- One row a seat that a booking has or had.
seat as (
    select b.id as booking_id, b.slot_id, b.status::text as status, b.shown_status, n.number
    from booking as b
    cross join lateral unnest(b.seats::int4multirange) as r (numbers)
    cross join lateral generate_series(lower(r.numbers), upper(r.numbers) - 1) as n (number)
),

seat_count as (
    select b.id as booking_id, count(s.number) as seats
    from booking as b left join seat as s on s.booking_id = b.id
    group by b.id
),

-- What was taken for a payment, and what of it is owed or given back.
money as (
    select
        p.id as payment_id, p.booking_id, p.status::text as status, p.amount, p.provider,
        p.captured_amount as captured,
        coalesce(sum(upper(f.portion) - lower(f.portion)), 0) as refunded,
        coalesce(sum(upper(f.portion) - lower(f.portion)) filter (where f.status = 'DONE'), 0)
            as given_back,
        count(f.id) as refunds,
        count(f.id) filter (where f.status <> 'DONE') as refunds_open
    from data.payment as p left join data.refund as f on f.payment_id = p.id
    group by p.id
),

booking_money as (
    select
        b.id as booking_id,
        count(*) filter (where m.status = 'SUCCEEDED') as succeeded,
        count(*) filter (where m.status = 'FAILED') as declined,
        count(*) filter (where m.status = 'FAILED' and m.provider = 'simulated')
            as simulated_declines,
        count(*) filter (where m.status = 'PENDING') as open,
        coalesce(sum(m.refunds), 0) as refunds,
        coalesce(sum(m.refunds_open), 0) as refunds_open,
        coalesce(sum(m.captured), 0) as captured,
        coalesce(sum(m.refunded), 0) as refunded,
        bool_or(m.status = 'SUCCEEDED' and m.captured > m.refunded) as kept
    from booking as b left join money as m on m.booking_id = b.id
    group by b.id
),

-- A slot as everybody must see it at this moment.
shown_slot as (
    select
        s.id,
        s.capacity - count(t.number) as free,
        case
            when s.start_time <= k.instant then 'PAST'
            when s.capacity > count(t.number) then 'AVAILABLE'
            when count(*) filter (where t.status = 'PENDING') > 0 then 'HELD'
            else 'BOOKED'
        end as status
    from data.slot as s
    join data.doctor as d on d.id = s.doctor_id
    cross join clock as k
    -- Where somebody waits, seats of a hold that has run out are nobody else's.
    left join seat as t
        on t.slot_id = s.id and t.status in ('PENDING', 'CONFIRMED', 'CHECKED_IN')
        and (t.shown_status <> 'FAILED' or exists (
            select from data.waitlist_entry as w
            where w.slot_id = s.id and w.booking_id is null and w.ended_at is null
        ))
    where s.deleted_at is null and d.listed_at is not null and d.deleted_at is null
    group by s.id, k.instant
),

-- Live bookings to come: what a clinic limits, and what may forbid each other.
coming as (
    select
        b.id, b.slot_id, coalesce(b.account_id::text, lower(b.patient_email)) as owner,
        b.account_id is null as is_guest, b.booked_by_role is not null as by_staff,
        m.succeeded = 0 as unpaid,
        s.start_time, s.end_time, c.unpaid_limit, c.overlap_allowed
    from booking as b
    join booking_money as m on m.booking_id = b.id
    join data.slot as s on s.id = b.slot_id
    join data.doctor as d on d.id = b.doctor_id
    join data.clinic as c on c.id = d.clinic_id
    where b.shown_status in ('PENDING', 'CONFIRMED') and s.start_time > b.instant
),

-- Who waits for a slot that can be had, and how many of its seats nobody has.
waiting as (
    select
        w.id, w.slot_id, w.seats, coalesce(w.account_id::text, lower(w.patient_email)) as owner,
        s.start_time, s.end_time, f.free, c.unpaid_limit, c.overlap_allowed
    from data.waitlist_entry as w
    join data.slot as s on s.id = w.slot_id
    join shown_slot as f on f.id = w.slot_id and f.status <> 'PAST'
    join data.doctor as d on d.id = s.doctor_id
    join data.clinic as c on c.id = d.clinic_id
    where w.booking_id is null and w.ended_at is null
),

-- What has happened, with before and after as JSON.
change as (
    select p.* from data.change as c cross join lateral core.plain_change(c) as p
),

-- What has happened as far as it was read for mails, and the mails there are, by booking and kind.
-- Of erased persons neither is to be known.
to_be_mailed as (
    select
        coalesce(p.booking_id, (c.after ->> 'booking_id')::bigint, c.entity_id) as booking_id,
        k.kind, count(*) as times
    from change as c
    join data.event_reader as r on r.name = 'messages' and (c.xid, c.id) <= (r.last_xid, r.last_id)
    join (
        values ('booking.confirmed', 'confirmation'), ('booking.moved', 'change'),
            ('booking.seats_given_back', 'change'), ('booking.cancelled', 'cancellation'),
            ('booking.expired', 'expiry'), ('booking.reminder', 'reminder'),
            ('waitlist.offered', 'offer'), ('refund.due', 'refund'), ('refund.done', 'refund')
    ) as k (event, kind) on k.event = c.event::text
    left join data.payment as p
        on c.entity = 'refund' and p.id = (c.after ->> 'payment_id')::bigint
    where c.after is not null and not exists (
        select from change as e
        where e.entity = 'booking' and e.after is null
            and e.entity_id
                = coalesce(p.booking_id, (c.after ->> 'booking_id')::bigint, c.entity_id)
    )
    group by 1, 2
),

mailed as (
    select m.booking_id, m.kind, count(*) as times
    from data.message as m
    where m.booking_id is not null and m.kind <> 'test' and not exists (
        select from change as c
        where c.entity = 'booking' and c.entity_id = m.booking_id and c.after is null
    )
    group by 1, 2
),

-- What was written down of bookings and money, with instants in one zone whoever wrote.
kept as (
    select
        c.id, c.entity, c.entity_id, c.event,
        case c.entity
            when 'booking' then to_jsonb(jsonb_populate_record(null::data.booking, c.before))
            when 'payment' then to_jsonb(jsonb_populate_record(null::data.payment, c.before))
            when 'refund' then to_jsonb(jsonb_populate_record(null::data.refund, c.before))
        end as before,
        case c.entity
            when 'booking' then to_jsonb(jsonb_populate_record(null::data.booking, c.after))
            when 'payment' then to_jsonb(jsonb_populate_record(null::data.payment, c.after))
            when 'refund' then to_jsonb(jsonb_populate_record(null::data.refund, c.after))
        end as after
    from change as c
    where c.entity in ('booking', 'payment', 'refund')
),

wrong (kind, cases) as (
    -- Seats
    select 'seat sold twice', count(*)
    from (
        select from seat as s
        where s.status in ('PENDING', 'CONFIRMED', 'CHECKED_IN')
        group by s.slot_id, s.number having count(*) > 1
    ) as x
    union all
    select 'seat beyond the capacity', count(*)
    from seat as s join data.slot as l on l.id = s.slot_id
    where s.status in ('PENDING', 'CONFIRMED', 'CHECKED_IN')
        and s.number not between 1 and l.capacity
    union all
    select 'more seats than the capacity', count(*)
    from (
        select from seat as s join data.slot as l on l.id = s.slot_id
        where s.status in ('PENDING', 'CONFIRMED', 'CHECKED_IN')
        group by l.id having count(*) > l.capacity
    ) as x
    union all
    select 'booking without a seat', count(*) from seat_count as c where c.seats = 0

    -- Slots
    union all
    select 'live booking on a deleted slot', count(*)
    from booking as b join data.slot as s on s.id = b.slot_id
    where b.status in ('PENDING', 'CONFIRMED') and s.deleted_at is not null
    union all
    select 'coming slot of a deleted doctor', count(*)
    from data.slot as s join data.doctor as d on d.id = s.doctor_id cross join clock as k
    where d.deleted_at is not null and s.deleted_at is null and s.start_time > k.instant
    union all
    select 'slots of a doctor that overlap', count(*)
    from data.slot as a
    join data.slot as b on b.doctor_id = a.doctor_id and b.id > a.id
    where a.deleted_at is null and b.deleted_at is null
        and a.start_time < b.end_time and b.start_time < a.end_time
    union all
    select 'copied terms that differ from the slot', count(*)
    from booking as b join data.slot as s on s.id = b.slot_id
    where b.slot_capacity <> s.capacity or b.slot_open <> (s.deleted_at is null)
    union all
    select 'slot that ends before its start', count(*)
    from data.slot as s
    where s.end_time <= s.start_time

    -- Bookings
    union all
    select 'booking, payment or refund of nothing', count(*)
    from (
        select from booking as b
        where not exists (select from data.slot as s where s.id = b.slot_id)
        union all
        select from data.payment as p
        where not exists (select from booking as b where b.id = p.booking_id)
        union all
        select from data.refund as f
        where not exists (select from data.payment as p where p.id = f.payment_id)
    ) as x
    union all
    select 'confirmed without payment', count(*)
    from booking as b join booking_money as m on m.booking_id = b.id
    where b.status in ('CONFIRMED', 'CHECKED_IN', 'COMPLETED', 'NO_SHOW')
        and b.payment_terms = 'PREPAID' and b.amount > 0 and m.succeeded = 0
    union all
    select 'paid but still pending', count(*)
    from booking as b join booking_money as m on m.booking_id = b.id
    where b.status = 'PENDING' and m.succeeded > 0
    union all
    select 'failed, yet the money was kept', count(*)
    from booking as b join booking_money as m on m.booking_id = b.id
    where b.status = 'FAILED' and m.captured > m.refunded
    union all
    select 'failed, yet a simulated payment succeeded', count(*)
    from booking as b
    where b.status = 'FAILED' and exists (
        select from data.payment as p
        where p.booking_id = b.id and p.status = 'SUCCEEDED' and p.provider = 'simulated'
    )
    union all
    select 'failed while its hold lasted, without a decline', count(*)
    from booking as b join booking_money as m on m.booking_id = b.id
    where b.status = 'FAILED' and b.expires_at > b.instant and m.simulated_declines = 0
    union all
    select 'declined, yet not failed', count(*)
    from booking as b join booking_money as m on m.booking_id = b.id
    where m.simulated_declines > 0 and m.succeeded = 0 and b.payment_terms = 'PREPAID'
        and b.status <> 'FAILED'
    union all
    select 'confirmed after its hold', count(*)
    from booking as b where b.confirmed_at >= b.expires_at
    union all
    select 'times that do not fit the status', count(*)
    from booking as b
    where (b.status = 'CANCELLED') <> (b.cancelled_at is not null)
        or (b.status = 'PENDING' and (b.expires_at is null or b.confirmed_at is not null))
        or (b.status = 'FAILED' and b.confirmed_at is not null)
        or (b.status not in ('PENDING', 'FAILED', 'CANCELLED') and b.confirmed_at is null)
        or least(b.expires_at, b.confirmed_at, b.cancelled_at) < b.created_at
    union all
    -- An offer waits to be accepted, whatever is due.
    select 'nothing due, yet not confirmed', count(*)
    from booking as b
    where (b.amount = 0 or b.payment_terms = 'AT_VISIT') and b.status in ('PENDING', 'FAILED')
        and not exists (select from data.waitlist_entry as w where w.booking_id = b.id)
    union all
    -- Where nobody has changed a fee, as in the tests that ask.
    select 'amount that is not fee times seats', count(*)
    from booking as b
    join seat_count as c on c.booking_id = b.id
    join data.slot as s on s.id = b.slot_id
    join data.doctor as d on d.id = s.doctor_id
    where b.amount <> d.consultation_fee * coalesce(b.priced_seats, c.seats)
    union all
    select 'no owner, or two', count(*)
    from booking as b where (b.account_id is null) <> (b.manage_token_hash is not null)
    union all
    select 'two bookings by one idempotency key', count(*)
    from (
        select from booking as b
        where b.idempotency_key_hash is not null
        group by b.idempotency_key_hash having count(*) > 1
    ) as x
    union all
    select 'visit times that do not fit the status', count(*)
    from booking as b
    where (b.status in ('CHECKED_IN', 'COMPLETED')) <> (b.checked_in_at is not null)
        or (b.status = 'COMPLETED') <> (b.completed_at is not null)
        or b.completed_at < b.checked_in_at
    union all
    select 'made for a patient by somebody who is no staff', count(*)
    from booking as b left join data.account as a on a.id = b.booked_by_id
    where 'patient' in (b.booked_by_role::text, a.role::text)
        or b.booked_by_id is not null and b.booked_by_role is null
    union all
    -- Whoever claims bookings of guests may have more of them, and at one time.
    select 'more unpaid than the clinic lets a guest have', count(*)
    from (
        select from coming as c
        where c.unpaid and not c.by_staff and c.is_guest
        group by c.owner having count(*) > max(c.unpaid_limit)
    ) as x
    union all
    select 'bookings of a guest that overlap where none may', count(*)
    from coming as a
    join coming as b
        on b.owner = a.owner and b.id > a.id
        and a.start_time < b.end_time and b.start_time < a.end_time
    where not a.overlap_allowed and not b.overlap_allowed and a.is_guest

    -- Hours
    union all
    select 'after due work: a slot that no hours make', count(*)
    from data.slot as s
    join data.doctor as d on d.id = s.doctor_id
    join data.clinic as c on c.id = d.clinic_id
    cross join clock as k
    cross join lateral (
        select s.start_time at time zone c.time_zone as starts,
            s.end_time at time zone c.time_zone as ends
    ) as l
    where s.generated and s.deleted_at is null and s.start_time > k.instant
        and not exists (
            select from booking as b
            where b.slot_id = s.id and b.shown_status not in ('FAILED', 'CANCELLED')
        )
        and (
            exists (
                select from data.time_off as t
                where t.doctor_id = s.doctor_id
                    and t.start_time < s.end_time and t.end_time > s.start_time
            )
            or not exists (
                select from data.hours as h
                where h.doctor_id = s.doctor_id and h.valid @> l.starts::date
                    and (h.weekday is null or h.weekday = extract(isodow from l.starts)
                        and not exists (
                        select from data.hours as o
                        where o.doctor_id = s.doctor_id and o.weekday is null
                            and o.valid @> l.starts::date
                    ))
                    and l.starts >= l.starts::date + h.start_time
                    and l.ends <= l.starts::date + h.end_time
                    and s.end_time - s.start_time = make_interval(mins => h.slot_minutes)
                    and mod(
                        extract(epoch from l.starts::time - h.start_time)::integer / 60,
                        h.slot_minutes + h.buffer_minutes
                    ) = 0
            )
        )

    -- Waitlist
    union all
    select 'waiting for a deleted slot', count(*)
    from data.waitlist_entry as w join data.slot as s on s.id = w.slot_id
    where w.booking_id is null and w.ended_at is null and s.deleted_at is not null
    union all
    select 'slot that does not say whether somebody waits', count(*)
    from data.slot as s
    where s.has_waitlist <> exists (
        select from data.waitlist_entry as w
        where w.slot_id = s.id and w.booking_id is null and w.ended_at is null
    )
    union all
    select 'waiting twice for a slot', count(*)
    from (
        select from data.waitlist_entry as w
        where w.booking_id is null and w.ended_at is null
        group by w.slot_id, coalesce(w.account_id::text, lower(w.patient_email)) having count(*) > 1
    ) as x
    union all
    select 'one booking offered to two', count(*)
    from (
        select from data.waitlist_entry as w
        where w.booking_id is not null group by w.booking_id having count(*) > 1
    ) as x
    union all
    -- A guest may have made it an account's since.
    select 'offered to somebody else, or more than asked for', count(*)
    from data.waitlist_entry as w join booking as b on b.id = w.booking_id
    where w.account_id is not null and w.account_id is distinct from b.account_id
        or b.account_id is null and w.manage_token_hash is distinct from b.manage_token_hash
        or b.seat_count > w.seats or b.created_at < w.created_at
    union all
    select 'waiting, ended or offered, and shown otherwise', count(*)
    from data.waitlist_entry as w
    left join booking as b on b.id = w.booking_id
    left join api.waitlist_entry as v on v.id = w.id
    join data.slot as s on s.id = w.slot_id
    cross join clock as k
    where v.status::text is distinct from case
        when b.confirmed_at is not null then 'BOOKED'
        when b.shown_status = 'PENDING' then 'OFFERED'
        when b.id is not null or w.ended_at is not null or s.start_time <= k.instant
            or s.deleted_at is not null then 'ENDED'
        else 'WAITING'
    end
    union all
    select 'after due work: waiting for what has started', count(*)
    from data.waitlist_entry as w join data.slot as s on s.id = w.slot_id cross join clock as k
    where w.booking_id is null and w.ended_at is null and s.start_time <= k.instant
    union all
    -- Who may not have more is passed over.
    select 'after due work: waiting beside free seats', count(*)
    from waiting as w
    where w.seats <= w.free
        and w.unpaid_limit > (
            select count(*) from coming as c where c.owner = w.owner and c.unpaid
        )
        and (w.overlap_allowed or not exists (
            select from coming as c
            where c.owner = w.owner and c.start_time < w.end_time and w.start_time < c.end_time
        ))

    -- Patients
    union all
    select 'erased, and still known', count(*)
    from data.account as a
    where a.status = 'ERASED' and (
        a.name <> 'Erased' or a.email not like '%@erased.invalid'
        or num_nonnulls(a.phone, a.password_hash, a.date_of_birth, a.gender, a.address) > 0
        or exists (
            select from booking as b where b.account_id = a.id and (
                b.patient_email <> a.email or b.patient_name <> 'Erased'
                or num_nonnulls(b.patient_phone, b.reason) > 0
            )
        )
        or exists (
            select from data.waitlist_entry as w
            where w.account_id = a.id
                and (w.patient_email <> a.email or w.booking_id is null and w.ended_at is null)
        )
        or exists (select from data.record as r where r.patient_id = a.id and r.body is not null)
        or exists (select from data.session as s where s.account_id = a.id)
        or exists (select from data.message as m where m.account_id = a.id
            and m.kind in ('invitation', 'reset'))
    )
    union all
    select 'record that no doctor wrote, or words that are not its own', count(*)
    from data.record as r
    left join data.account as a on a.id = r.author_id
    where a.role <> 'doctor' or r.body is not null and exists (
        select from data.record_word as w where w.record_id = r.id and w.patient_id <> r.patient_id
    )

    -- Money
    union all
    select 'paid twice', count(*) from booking_money as m where m.succeeded > 1
    union all
    select 'two open payments', count(*) from booking_money as m where m.open > 1
    union all
    select 'open payment of a booking that is not pending', count(*)
    from booking as b join booking_money as m on m.booking_id = b.id
    where m.open > 0 and b.status <> 'PENDING'
        and (b.payment_terms = 'PREPAID' or m.succeeded > 0 or b.status in ('FAILED', 'CANCELLED'))
    union all
    select 'payment of another amount than the booking', count(*)
    from data.payment as p join booking as b on b.id = p.booking_id
    where p.status in ('PENDING', 'SUCCEEDED')
        and (p.amount <> b.amount or p.currency <> b.currency or p.amount = 0)
    union all
    select 'captured what the status does not say', count(*)
    from data.payment as p
    where (p.status in ('SUCCEEDED', 'SURPLUS')) <> (p.captured_amount > 0)
        or (p.captured_currency is null) <> (p.captured_amount = 0)
        or p.status = 'SUCCEEDED'
        and (p.captured_amount <> p.amount or p.captured_currency <> p.currency)
    union all
    select 'one capture recorded twice', count(*)
    from (
        select from data.payment as p
        where p.provider <> 'desk' and p.captured_amount > 0 and p.provider_reference is not null
        group by p.provider, p.provider_reference having count(*) > 1
    ) as x
    union all
    select 'provider event of another provider''s payment', count(*)
    from data.provider_event as e join data.payment as p on p.id = e.payment_id
    where e.provider::text <> p.provider::text
    union all
    select 'provider event taken twice', count(*)
    from (
        select from data.provider_event as e group by e.provider, e.event_id having count(*) > 1
    ) as x
    union all
    select 'capture that a provider reported and nobody recorded', count(*)
    from data.provider_event as e join data.payment as p on p.id = e.payment_id
    where e.outcome = 'SUCCEEDED' and p.captured_amount = 0
    union all
    select 'money moved that payments and refunds do not bear out', count(*)
    from (
        select
            d.clinic_id, m.currency,
            sum(m.captured) as captured, sum(m.owed) as owed, sum(m.paid_back) as paid_back
        from (
            select
                p.booking_id, p.captured_currency as currency, p.captured_amount as captured,
                0 as owed, 0 as paid_back
            from data.payment as p where p.captured_amount > 0
            union all
            select
                p.booking_id, p.captured_currency, 0,
                case f.status when 'DONE' then 0 else upper(f.portion) - lower(f.portion) end,
                case f.status when 'DONE' then upper(f.portion) - lower(f.portion) else 0 end
            from data.refund as f join data.payment as p on p.id = f.payment_id
        ) as m
        join booking as b on b.id = m.booking_id
        join data.doctor as d on d.id = b.doctor_id
        group by d.clinic_id, m.currency
    ) as m
    full join (
        select
            v.clinic_id, v.currency, sum(v.captured) as captured,
            sum(v.owed_back - v.paid_back) as owed, sum(v.paid_back) as paid_back
        from core.money_move as v
        group by v.clinic_id, v.currency
    ) as v on v.clinic_id = m.clinic_id and v.currency = m.currency
    where m.clinic_id is null or v.clinic_id is null
        or (m.captured, m.owed, m.paid_back) <> (v.captured, v.owed, v.paid_back)
    union all
    select 'paid after the hold', count(*)
    from data.payment as p join booking as b on b.id = p.booking_id
    -- An offer that was accepted in time is paid at the visit.
    where p.status = 'SUCCEEDED' and p.provider = 'simulated' and p.settled_at >= b.expires_at
        and b.payment_terms = 'PREPAID'
    union all
    select 'refund beyond what was captured', count(*) from money as m where m.refunded > m.captured
    union all
    select 'money given back twice', count(*)
    from data.refund as a
    join data.refund as b on b.payment_id = a.payment_id and b.id > a.id and b.portion && a.portion
    union all
    -- Who cancels in time gets everything back, from whomever; late, or after a late move, it
    -- depends on who it was.
    select 'cancelled in time without full refund', count(*)
    from booking as b
    join booking_money as m on m.booking_id = b.id
    join data.slot as s on s.id = b.slot_id
    where b.status = 'CANCELLED' and m.refunded <> m.captured and not b.refund_forfeited
        -- Seats given back late had their share forfeited.
        and b.priced_seats is null
        and b.cancelled_at <= s.start_time - make_interval(hours => b.cancellation_notice_hours)
    union all
    select 'refund without a reason', count(*)
    from money as m join booking as b on b.id = m.booking_id
    where m.status <> 'SURPLUS' and b.status <> 'CANCELLED' and exists (
        select from data.refund as f
        where f.payment_id = m.payment_id and f.reason is not distinct from 'Booking cancelled'
    )
    union all
    select 'surplus without refund', count(*)
    from money as m where m.status = 'SURPLUS' and m.refunded <> m.captured

    -- History
    union all
    -- What was made up without history, as a demo is, has none at all.
    select 'history that does not end in the row as it is', count(*)
    from (
        select 'booking' as entity, b.id, to_jsonb(b) as fields from data.booking as b
        union all
        select 'payment', p.id, to_jsonb(p) from data.payment as p
        union all
        select 'refund', r.id, to_jsonb(r) from data.refund as r
    ) as n
    join (
        select distinct on (c.entity, c.entity_id) c.*
        from kept as c order by c.entity, c.entity_id, c.id desc
    ) as c on c.entity = n.entity and c.entity_id = n.id
    where core.without_secrets(c.after) <> core.without_secrets(n.fields)
    union all
    select 'history whose steps do not meet', count(*)
    from (
        select c.*, lag(c.after) over w as previous
        from kept as c
        window w as (partition by c.entity, c.entity_id order by c.id)
    ) as c
    -- Erasing a person empties some of them.
    where c.before <> c.previous
    union all
    select 'state of a booking without its event, or with two', count(*)
    from (
        select
            c.entity_id as id,
            (array_agg(c.event order by c.id))[1] as first,
            count(*) filter (where c.event = 'booking.confirmed') as confirmed,
            count(*) filter (where c.event = 'booking.cancelled') as cancelled,
            count(*) filter (where c.event in ('booking.expired', 'booking.declined')) as failed,
            count(*) filter (where c.event = 'booking.checked_in') as checked_in,
            count(*) filter (where c.event = 'booking.completed') as completed,
            count(*) filter (where c.event = 'booking.no_show') as no_show
        from data.change as c
        where c.entity = 'booking'
        group by c.entity_id
    ) as e
    join data.booking as b on b.id = e.id
    where e.first in ('booking.held', 'booking.confirmed') and (
        e.confirmed <> (b.confirmed_at is not null)::integer
        or e.cancelled <> (b.status = 'CANCELLED')::integer
        or e.failed <> (b.status = 'FAILED')::integer
        or e.completed <> (b.status = 'COMPLETED')::integer
        or e.checked_in < (b.checked_in_at is not null)::integer
        or e.no_show < (b.status = 'NO_SHOW')::integer
    )
    union all
    select 'refund without its event, or with two', count(*)
    from (
        select
            c.entity_id as id, count(*) filter (where c.event = 'refund.due') as due,
            count(*) filter (where c.event = 'refund.done') as done
        from data.change as c
        where c.entity = 'refund'
        group by c.entity_id
    ) as e
    join data.refund as r on r.id = e.id
    where e.due > 1 or e.due = 1 and e.done <> (r.status = 'DONE')::integer
    union all
    select 'link of the audit chain that is broken', count(*) from core.verify_audit()

    -- What everybody is shown
    union all
    select 'slot shown wrongly or not at all', count(*)
    from shown_slot as s full join api.slot as v on v.id = s.id
    where s.id is null or v.id is null
    union all
    select 'seats_available that differs', count(*)
    from shown_slot as s join api.slot as v on v.id = s.id
    where v.seats_available is distinct from s.free
    union all
    select 'slot status that differs', count(*)
    from shown_slot as s join api.slot as v on v.id = s.id
    where v.status::text is distinct from s.status
    union all
    select 'booking not shown, or twice', count(*)
    from (
        select from booking as b left join api.booking as v on v.id = b.id
        group by b.id having count(v.id) <> 1
    ) as x
    union all
    select 'booking status that differs', count(*)
    from booking as b join api.booking as v on v.id = b.id
    where v.status::text is distinct from b.shown_status
    union all
    select 'number of seats that differs', count(*)
    from seat_count as c join api.booking as v on v.id = c.booking_id
    where v.seats is distinct from c.seats
    union all
    select 'payment_status that differs', count(*)
    from booking as b
    join booking_money as m on m.booking_id = b.id
    join api.booking as v on v.id = b.id
    where v.payment_status::text is distinct from case
        when b.amount = 0 then 'NONE'
        when b.shown_status = 'PENDING' then 'DUE'
        when b.shown_status not in ('FAILED', 'CANCELLED') and m.succeeded = 0 then 'DUE'
        when b.shown_status not in ('FAILED', 'CANCELLED') and m.kept then 'SUCCEEDED'
        when m.refunds_open > 0 then 'REFUND_DUE'
        when m.refunds > 0 and m.refunded = m.captured then 'REFUNDED'
        when m.captured > 0 then 'SUCCEEDED'
        when m.declined > 0 then 'FAILED'
        else 'NONE'
    end
    union all
    select 'refunded_amount that differs', count(*)
    from money as m left join api.payment as v on v.id = m.payment_id
    where v.refunded_amount is distinct from m.given_back

    -- What is mailed
    union all
    select 'announced and not mailed once', count(*)
    from to_be_mailed as t full join mailed as m using (booking_id, kind)
    where t.times is distinct from m.times
    union all
    select 'mailed to another address', count(*)
    from data.message as m join booking as b on b.id = m.booking_id
    left join data.account as a on a.id = b.account_id
    where m.to_address <> b.patient_email and m.to_address is distinct from a.email
)

select w.kind, w.cases from wrong as w
