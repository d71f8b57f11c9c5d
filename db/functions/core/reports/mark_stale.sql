create or replace function core.mark_stale(changes data.change[]) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
    v_slot_ids bigint[];
    v_doctor_ids bigint[];
begin
    -- Where bookings are and were, and those who wait.
    v_slot_ids := array(
        select s.slot_id
        from unnest(mark_stale.changes) as e
        cross join lateral (
            values
            (coalesce((e.booking_before).slot_id, (e.before ->> 'slot_id')::bigint)),
            (coalesce((e.booking_after).slot_id, (e.after ->> 'slot_id')::bigint))
        ) as s (slot_id)
        where e.entity in ('booking', 'waitlist_entry') and s.slot_id is not null
        union
        -- What was offered to somebody is taken by what becomes of the booking.
        select w.slot_id
        from unnest(mark_stale.changes) as e
        join data.waitlist_entry as w on w.booking_id = e.entity_id
        where e.entity = 'booking'
        union
        -- Who was seen first today may come for the second time on a later day; what is claimed
        -- counts for the guest's address no more.
        select o.slot_id
        from (
            select distinct b.account_id, lower(b.patient_email) as patient_email
            from unnest(mark_stale.changes) as c
            cross join lateral core.plain_change(c) as e
            join data.booking as b on b.id = e.entity_id
            -- Most bookings are new ones, of which nothing is said as JSON here.
            where c.entity = 'booking'
                and (c.event = 'booking.completed' or num_nonnulls(c.before, c.booking_before) > 0)
                and (e.event = 'booking.completed' or e.before ->> 'status' = 'COMPLETED'
                    or e.before ->> 'account_id' is distinct from e.after ->> 'account_id')
        ) as w
        cross join lateral (
            select b.slot_id, b.status from data.booking as b where b.account_id = w.account_id
            union all
            select b.slot_id, b.status
            from data.booking as b
            where lower(b.patient_email) = w.patient_email and b.account_id is null
        ) as o
        where o.status = 'COMPLETED'
    );
    -- Who has other days since.
    v_doctor_ids := array(
        select d.id
        from unnest(mark_stale.changes) as e
        join data.doctor as d on d.clinic_id = e.entity_id
        where e.entity = 'clinic' and e.before ->> 'time_zone' <> e.after ->> 'time_zone'
        union
        select d.id
        from unnest(mark_stale.changes) as e
        join data.doctor as d on d.id = e.entity_id
        where e.entity = 'doctor' and e.before ->> 'clinic_id' <> e.after ->> 'clinic_id'
    );
    insert into data.stale_day (doctor_id, local_date)
    select s.doctor_id, s.local_date
    from data.slot as s
    where s.id = any(v_slot_ids) and s.local_date is not null
    union
    select (f.fields ->> 'doctor_id')::bigint, (f.fields ->> 'local_date')::date
    from unnest(mark_stale.changes) as e
    cross join lateral (values (e.before), (e.after)) as f (fields)
    where e.entity = 'slot' and f.fields ? 'local_date'
    union
    select r.doctor_id, r.local_date
    from data.report_day as r
    where r.doctor_id = any(v_doctor_ids)
    on conflict do nothing;
    -- Who has slots of a day that is not theirs: the zone is another one now, or was when they were
    -- made.
    insert into data.stale_doctor (doctor_id)
    select d.id from unnest(v_doctor_ids) as d (id)
    union
    select s.doctor_id
    from unnest(mark_stale.changes) as e
    join data.slot as s on s.id = e.entity_id
    join data.doctor as d on d.id = s.doctor_id
    join data.clinic as c on c.id = d.clinic_id
    where e.entity = 'slot'
        and s.local_date is distinct from (s.start_time at time zone c.time_zone)::date
    on conflict do nothing;
    insert into data.stale_money (local_date)
    select (t.instant at time zone c.time_zone)::date
    from (
        select e.entity_id as payment_id, (e.after ->> 'settled_at')::timestamptz as instant
        from unnest(mark_stale.changes) as e
        where e.entity = 'payment' and (e.after ->> 'captured_amount')::numeric > 0
        union
        select (e.after ->> 'payment_id')::bigint, m.moved_at::timestamptz
        from unnest(mark_stale.changes) as e
        cross join lateral (
            values (e.after ->> 'created_at'), (e.after ->> 'done_at')
        ) as m (moved_at)
        where e.entity = 'refund' and m.moved_at is not null
    ) as t
    join data.payment as p on p.id = t.payment_id
    join data.booking as b on b.id = p.booking_id
    join data.doctor as d on d.id = b.doctor_id
    join data.clinic as c on c.id = d.clinic_id
    union
    -- A clinic of another zone has other days: zones are up to 26 hours apart.
    select m.local_date + n
    from unnest(mark_stale.changes) as e
    join data.doctor as d on d.clinic_id = e.entity_id
    join data.report_money as m on m.doctor_id = d.id
    cross join generate_series(-2, 2) as n
    where e.entity = 'clinic' and e.before ->> 'time_zone' <> e.after ->> 'time_zone'
    on conflict do nothing;
end;
$$;

comment on function core.mark_stale is
'Marks what the reports have to count anew after changes: days of doctors, days of money, and the
doctors whose slots get other days.';
