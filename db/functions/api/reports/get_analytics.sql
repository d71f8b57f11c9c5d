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
            r.*, d.name, d.clinic_id,
            r.pending + r.confirmed + r.failed + r.cancelled + r.checked_in + r.completed
            + r.no_show as bookings
        from data.report_day as r
        join data.doctor as d on d.id = r.doctor_id
        where r.local_date between v_from and v_until
            and (get_analytics.clinic_id is null or d.clinic_id = get_analytics.clinic_id)
    ),
    money as materialized (
        select
            r.doctor_id, d.clinic_id, r.local_date, r.currency,
            r.captured, r.owed_back as refunded, r.captured - r.owed_back as revenue
        from data.report_money as r
        join data.doctor as d on d.id = r.doctor_id
        where r.local_date between v_from and v_until
            and (get_analytics.clinic_id is null or d.clinic_id = get_analytics.clinic_id)
    ),
    total as (
        select
            coalesce(sum(r.bookings), 0) as bookings, sum(r.failed) as failed,
            coalesce(sum(r.completed), 0) as completed, sum(r.no_show) as no_show,
            sum(r.minutes_offered) as offered, sum(r.minutes_booked) as booked,
            sum(r.lead_minutes) as lead_minutes,
            coalesce(sum(r.cancelled_late), 0) as cancelled_late,
            coalesce(sum(r.waited), 0) as waited, sum(r.accepted) as accepted,
            coalesce(sum(r.first_visits), 0) as first_visits
        from day as r
    ),
    by_status as (
        select
            array_agg((c.status, c.bookings)::api.status_count order by c.status) as counts
        from (
            select
                unnest(enum_range(null::data.booking_status)) as status,
                unnest(array[
                    coalesce(sum(r.pending), 0), coalesce(sum(r.confirmed), 0),
                    coalesce(sum(r.failed), 0), coalesce(sum(r.cancelled), 0),
                    coalesce(sum(r.checked_in), 0), coalesce(sum(r.completed), 0),
                    coalesce(sum(r.no_show), 0)
                ]) as bookings
            from day as r
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
        from (
            select
                r.currency, sum(r.captured) as captured, sum(r.refunded) as refunded,
                sum(r.revenue) as revenue
            from money as r
            group by r.currency
        ) as m
    ),
    by_day as (
        select
            array_agg(
                (
                    v_from + n, coalesce(g.bookings, 0), coalesce(g.completed, 0),
                    coalesce(g.cancelled, 0), coalesce(g.no_show, 0),
                    round(g.no_show::numeric / nullif(g.no_show + g.completed, 0), 4),
                    coalesce(g.offered, 0), coalesce(g.booked, 0),
                    round(g.booked::numeric / nullif(g.offered, 0), 4)
                )::api.day_figures
                order by n
            ) as figures
        from generate_series(0, v_until - v_from) as n
        left join (
            select
                r.local_date, sum(r.bookings) as bookings, sum(r.completed) as completed,
                sum(r.cancelled) as cancelled, sum(r.no_show) as no_show,
                sum(r.minutes_offered) as offered, sum(r.minutes_booked) as booked
            from day as r
            group by r.local_date
        ) as g on g.local_date = v_from + n
    ),
    money_by_day as (
        select
            array_agg(
                (m.local_date, m.currency, m.captured, m.refunded, m.revenue)::api.dated_money
                order by m.local_date, m.currency
            ) as figures
        from (
            select
                r.local_date, r.currency, sum(r.captured) as captured,
                sum(r.refunded) as refunded, sum(r.revenue) as revenue
            from money as r
            group by r.local_date, r.currency
        ) as m
    ),
    visits as (
        select
            r.doctor_id, sum(r.bookings) as bookings, sum(r.failed) as failed,
            sum(r.completed) as completed, sum(r.cancelled) as cancelled,
            sum(r.no_show) as no_show, sum(r.minutes_offered) as offered,
            sum(r.minutes_booked) as booked, sum(r.lead_minutes) as lead_minutes
        from day as r
        group by r.doctor_id
    ),
    earnings as (
        select r.doctor_id, r.currency, sum(r.revenue) as revenue
        from money as r
        group by r.doctor_id, r.currency
    ),
    by_doctor as (
        select
            array_agg(
                (
                    d.id, d.name, d.clinic_id, coalesce(v.bookings, 0), coalesce(v.completed, 0),
                    coalesce(v.cancelled, 0), coalesce(v.no_show, 0),
                    round(v.no_show::numeric / nullif(v.no_show + v.completed, 0), 4),
                    coalesce(v.offered, 0), coalesce(v.booked, 0),
                    round(v.booked::numeric / nullif(v.offered, 0), 4),
                    round(v.lead_minutes / 60.0 / nullif(v.bookings - v.failed, 0), 2),
                    c.currency, coalesce(e.revenue, 0)
                )::api.doctor_figures
                order by d.id
            ) as figures
        from (select r.doctor_id from visits as r union select r.doctor_id from earnings as r) as o
        join data.doctor as d on d.id = o.doctor_id
        join data.clinic as c on c.id = d.clinic_id
        left join visits as v on v.doctor_id = d.id
        left join earnings as e on e.doctor_id = d.id and e.currency = c.currency
    )
    select
        v_from, v_until, s.as_of, t.bookings,
        round(t.no_show::numeric / nullif(t.no_show + t.completed, 0), 4),
        round(t.booked::numeric / nullif(t.offered, 0), 4),
        round(t.lead_minutes / 60.0 / nullif(t.bookings - t.failed, 0), 2),
        t.cancelled_late, t.waited, round(t.accepted::numeric / nullif(t.waited, 0), 4),
        t.first_visits, t.completed - t.first_visits, b.counts, n.counts,
        coalesce(m.figures, '{}'), y.figures, coalesce(k.figures, '{}'),
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
