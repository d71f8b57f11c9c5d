create or replace function core.count_money(batch integer) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
    v_dates date[];
    v_from timestamptz;
    v_until timestamptz;
begin
    -- Days that follow each other, as one look at the money of that time is enough for them.
    with taken as (
        delete from data.stale_money as m
        where m.local_date in (
            select o.local_date from data.stale_money as o
            where o.local_date < (select min(f.local_date) from data.stale_money as f)
                + count_money.batch
        )
        returning m.*
    )
    select array_agg(t.local_date) into v_dates from taken as t;
    if v_dates is null then
        return 0;
    end if;
    -- Everywhere on earth.
    select
        (min(d)::timestamp - interval '14 hours') at time zone 'UTC',
        (max(d)::timestamp + interval '36 hours') at time zone 'UTC'
    into v_from, v_until
    from unnest(v_dates) as d;
    delete from data.report_money as r where r.local_date = any(v_dates);
    with moved as (
        select
            p.booking_id, p.settled_at as instant, p.captured_currency as currency,
            case p.status when 'SURPLUS' then 0 else p.captured_amount end as captured,
            case p.status when 'SURPLUS' then p.captured_amount else 0 end as surplus,
            0 as owed_back, 0 as paid_back
        from data.payment as p
        where p.captured_amount > 0 and p.settled_at >= v_from and p.settled_at < v_until
        union all
        select p.booking_id, r.created_at, p.captured_currency, 0, 0, r.amount, 0
        from data.refund as r join data.payment as p on p.id = r.payment_id
        where r.created_at >= v_from and r.created_at < v_until
        union all
        select p.booking_id, r.done_at, p.captured_currency, 0, 0, 0, r.amount
        from data.refund as r join data.payment as p on p.id = r.payment_id
        where r.done_at >= v_from and r.done_at < v_until
    )
    insert into data.report_money (
        doctor_id, local_date, currency, captured, surplus, owed_back, paid_back, counted_at
    )
    select
        d.id, t.local_date, m.currency, sum(m.captured), sum(m.surplus), sum(m.owed_back),
        sum(m.paid_back), clock_timestamp()
    from moved as m
    join data.booking as b on b.id = m.booking_id
    join data.doctor as d on d.id = b.doctor_id
    join data.clinic as c on c.id = d.clinic_id
    cross join lateral (select (m.instant at time zone c.time_zone)::date as local_date) as t
    where t.local_date = any(v_dates)
    group by d.id, t.local_date, m.currency;
    return cardinality(v_dates);
end;
$$;

comment on function core.count_money is
'Counts for the reports the money that moved on days that were marked, within `batch` days from the
first one on; returns how many these were.';
