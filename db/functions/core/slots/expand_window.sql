create or replace function core.expand_window(
    day date, start_time time, end_time time, duration_minutes integer, time_zone text
) returns table (starts timestamptz, ends timestamptz)
language plpgsql stable
set search_path = ''
as $$
declare
    v_last timestamp := expand_window.day + expand_window.end_time;
begin
    return query
    select i.starts, i.starts + make_interval(mins => expand_window.duration_minutes)
    from generate_series(
        expand_window.day + expand_window.start_time,
        v_last - make_interval(mins => expand_window.duration_minutes),
        make_interval(mins => expand_window.duration_minutes)
    ) as l(local_time)
    cross join lateral (
        select core.local_to_instant(l.local_time, expand_window.time_zone) as starts
    ) as i
    where i.starts is not null
        and (i.starts + make_interval(mins => expand_window.duration_minutes))
            at time zone expand_window.time_zone <= v_last
    order by i.starts;
end;
$$;

comment on function core.expand_window is
'The slots of one day''s local hours, as instants. None starts at a time that clocks skip, none
overruns the window.';
