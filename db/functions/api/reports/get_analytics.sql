create or replace function api.get_analytics(
    "from" date default null, "to" date default null, clinic_id bigint default null
) returns api.analytics
language plpgsql stable security definer
set search_path = ''
-- One plan for every month would suit none.
set plan_cache_mode = force_custom_plan
as $$
declare
    v_until date := coalesce(get_analytics.to, get_analytics.from + 29, (
        select max((statement_timestamp() at time zone c.time_zone)::date)
        from data.clinic as c
        where get_analytics.clinic_id is null or c.id = get_analytics.clinic_id
    ));
    v_from date := coalesce(get_analytics.from, v_until - 29);
    v_analytics api.analytics;
begin
    perform core.caller_account();
    if v_until is null then
        raise exception 'clinic_not_found' using errcode = 'PT404',
            detail = format('There is no clinic %s.', get_analytics.clinic_id);
    end if;
    if v_until < v_from or v_until - v_from > 366 then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'to must not be before from; both must lie within 367 days.';
    end if;
    with day as materialized (
        select
            r.*,
            r.pending + r.confirmed + r.failed + r.cancelled + r.checked_in + r.completed
            + r.no_show as bookings
        from data.report_day as r
        join data.doctor as d on d.id = r.doctor_id
        where r.local_date between v_from and v_until
            and (get_analytics.clinic_id is null or d.clinic_id = get_analytics.clinic_id)
    ),
    -- In all, of each day, and of each doctor.
    visits as materialized (
        select
            r.local_date, r.doctor_id, coalesce(sum(r.bookings), 0) as bookings,
            coalesce(sum(r.pending), 0) as pending, coalesce(sum(r.confirmed), 0) as confirmed,
            coalesce(sum(r.failed), 0) as failed, coalesce(sum(r.cancelled), 0) as cancelled,
            coalesce(sum(r.checked_in), 0) as checked_in,
            coalesce(sum(r.completed), 0) as completed, coalesce(sum(r.no_show), 0) as no_show,
            round(
                sum(r.no_show)::numeric / nullif(sum(r.no_show) + sum(r.completed), 0), 4
            ) as no_show_rate,
            sum(r.minutes_offered) as offered, sum(r.minutes_booked) as booked,
            round(sum(r.minutes_booked)::numeric / nullif(sum(r.minutes_offered), 0), 4)
                as utilisation,
            round(sum(r.lead_minutes) / 60.0 / nullif(sum(r.bookings) - sum(r.failed), 0), 2)
                as lead_hours,
            coalesce(sum(r.cancelled_late), 0) as cancelled_late,
            coalesce(sum(r.waited), 0) as waited,
            round(sum(r.accepted)::numeric / nullif(sum(r.waited), 0), 4) as conversion,
            coalesce(sum(r.first_visits), 0) as first_visits
        from day as r
        group by grouping sets ((), (r.local_date), (r.doctor_id))
    ),
    money as materialized (
        select
            r.local_date, r.doctor_id, r.currency, sum(r.captured) as captured,
            sum(r.owed_back) as refunded, sum(r.captured - r.owed_back) as revenue
        from data.report_money as r
        join data.doctor as d on d.id = r.doctor_id
        where r.local_date between v_from and v_until
            and (get_analytics.clinic_id is null or d.clinic_id = get_analytics.clinic_id)
        group by grouping sets (
            (r.currency), (r.local_date, r.currency), (r.doctor_id, r.currency)
        )
    ),
    total as (
        select v.* from visits as v where v.local_date is null and v.doctor_id is null
    ),
    by_status as (
        select
            array_agg((c.status, c.bookings)::api.status_count order by c.status) as counts
        from (
            select
                unnest(enum_range(null::data.booking_status)) as status,
                unnest(array[
                    t.pending, t.confirmed, t.failed, t.cancelled, t.checked_in, t.completed,
                    t.no_show
                ]) as bookings
            from total as t
        ) as c
    ),
    cancellation as (
        select
            array_agg(
                (
                    ('{UNDER_2_HOURS,UNDER_24_HOURS,UNDER_7_DAYS,7_DAYS_OR_MORE}'::text[])[n.place],
                    n.by_patient, n.by_staff
                )::api.notice_count
                order by n.place
            ) as counts
        from (
            select
                p as place, coalesce(sum(r.cancelled_by_patient[p]), 0) as by_patient,
                coalesce(sum(r.cancelled_by_staff[p]), 0) as by_staff
            from generate_series(1, 4) as p
            left join day as r on r.cancelled > 0
            group by p
        ) as n
    ),
    in_all as (
        select
            array_agg(
                (m.currency, m.captured, m.refunded, m.revenue)::api.money_figures
                order by m.currency
            ) as figures
        from money as m
        where m.local_date is null and m.doctor_id is null
    ),
    by_day as (
        select
            array_agg(
                (
                    v_from + n, coalesce(v.bookings, 0), coalesce(v.completed, 0),
                    coalesce(v.cancelled, 0), coalesce(v.no_show, 0), v.no_show_rate,
                    coalesce(v.offered, 0), coalesce(v.booked, 0), v.utilisation
                )::api.day_figures
                order by n
            ) as figures
        from generate_series(0, v_until - v_from) as n
        left join visits as v on v.local_date = v_from + n
    ),
    money_by_day as (
        select
            array_agg(
                (m.local_date, m.currency, m.captured, m.refunded, m.revenue)::api.dated_money
                order by m.local_date, m.currency
            ) as figures
        from money as m
        where m.local_date is not null
    ),
    by_doctor as (
        select
            array_agg(
                (
                    d.id, d.name, d.clinic_id, coalesce(v.bookings, 0), coalesce(v.completed, 0),
                    coalesce(v.cancelled, 0), coalesce(v.no_show, 0), v.no_show_rate,
                    coalesce(v.offered, 0), coalesce(v.booked, 0), v.utilisation, v.lead_hours,
                    c.currency, coalesce(m.revenue, 0)
                )::api.doctor_figures
                order by d.id
            ) as figures
        from (select v.doctor_id from visits as v union select m.doctor_id from money as m) as o
        join data.doctor as d on d.id = o.doctor_id
        join data.clinic as c on c.id = d.clinic_id
        left join visits as v on v.doctor_id = d.id
        left join money as m on m.doctor_id = d.id and m.currency = c.currency
    )
    select
        v_from, v_until, s.as_of, t.bookings, t.no_show_rate, t.utilisation, t.lead_hours,
        t.cancelled_late, t.waited, t.conversion, t.first_visits, t.completed - t.first_visits,
        b.counts, n.counts, coalesce(m.figures, '{}'), y.figures, coalesce(k.figures, '{}'),
        coalesce(o.figures, '{}')
    into v_analytics
    from data.report_state as s
    cross join total as t
    cross join by_status as b
    cross join cancellation as n
    cross join in_all as m
    cross join by_day as y
    cross join money_by_day as k
    cross join by_doctor as o;
    return v_analytics;
end;
$$;

comment on function api.get_analytics is
'GET /api/admin/analytics
Topic: reports

What the days `from` to `to`, both counted, come to: the last thirty days unless said otherwise. All
numbers are those of the views that reporting tools read, counted a little while ago: `as_of`.

400 invalid_parameter: `to` is before `from`, or more than a year later.
404 clinic_not_found: no such clinic.';

grant execute on function api.get_analytics to slotkeeper_admin;
