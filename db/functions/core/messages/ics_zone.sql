create or replace function core.ics_zone(
    time_zone text, first_start timestamptz, last_start timestamptz
) returns text[]
language plpgsql stable strict
set search_path = ''
as $$
declare
    v_lines text[];
begin
    if ics_zone.time_zone = 'UTC' then
        return array[]::text[];
    end if;
    -- Where the offset of one day is not that of the day before, the change is sought by the hour,
    -- then by the minute.
    with day as (
        select
            d.instant, d.instant at time zone ics_zone.time_zone
                - d.instant at time zone 'UTC' as shift
        from generate_series(
            date_trunc('hour', ics_zone.first_start) - interval '400 days',
            ics_zone.last_start + interval '400 days', interval '1 day'
        ) as d (instant)
    ),
    step as (
        select d.*, lag(d.shift) over (order by d.instant) as before from day as d
    ),
    change as (
        select m.instant, s.before, s.shift
        from step as s
        cross join lateral (
            select min(h.instant) as instant
            from generate_series(s.instant - interval '1 day', s.instant, '1 hour') as h (instant)
            where h.instant at time zone ics_zone.time_zone - h.instant at time zone 'UTC' = s.shift
        ) as h
        cross join lateral (
            select min(m.instant) as instant
            from generate_series(
                h.instant - interval '1 hour', h.instant, '1 minute'
            ) as m (instant)
            where m.instant at time zone ics_zone.time_zone - m.instant at time zone 'UTC' = s.shift
        ) as m
        where s.shift <> s.before
    ),
    observance as (
        select c.*
        from change as c
        where c.instant >= coalesce((
            select max(o.instant) from change as o where o.instant <= ics_zone.first_start
        ), '-infinity')
        union all
        -- A zone that has not changed its offset for so long has had it for ever.
        select '1970-01-01 00:00Z', s.shift, s.shift
        from (select d.shift from day as d order by d.instant limit 1) as s
        where not exists (select from change as c where c.instant <= ics_zone.first_start)
    )
    select array_agg(l.line order by o.instant, l.place) into v_lines
    from observance as o
    cross join lateral (
        select case when o.shift > o.before then 'DAYLIGHT' else 'STANDARD' end as name
    ) as k
    cross join lateral unnest(array[
        'BEGIN:' || k.name,
        to_char(o.instant at time zone 'UTC' + o.before, '"DTSTART:"YYYYMMDD"T"HH24MISS'),
        'TZOFFSETFROM:' || core.ics_offset(o.before), 'TZOFFSETTO:' || core.ics_offset(o.shift),
        'END:' || k.name
    ]) with ordinality as l (line, place);
    return array['BEGIN:VTIMEZONE', 'TZID:' || ics_zone.time_zone] || v_lines
        || array['END:VTIMEZONE'];
end;
$$;

comment on function core.ics_zone is
'The lines of a calendar that describe a zone for times from the first to the last, as PostgreSQL
knows it: with each change of its offset from the one before the first time on. None for UTC, which
needs no description.';
