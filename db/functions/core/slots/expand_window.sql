create or replace function core.expand_window(
    day date, start_time time, end_time time, duration_minutes integer, buffer_minutes integer,
    time_zone text
) returns table (starts timestamptz, ends timestamptz)
language sql stable
begin atomic
    select i.starts, i.starts + d.duration
    from (
        values (
            make_interval(mins => expand_window.duration_minutes),
            make_interval(mins => expand_window.buffer_minutes),
            expand_window.day + expand_window.end_time
        )
    ) as d (duration, buffer, last)
    cross join lateral generate_series(
        expand_window.day + expand_window.start_time, d.last - d.duration, d.duration + d.buffer
    ) as l (local_time)
    cross join lateral (
        select core.local_to_instant(l.local_time, expand_window.time_zone) as starts
        -- Once a slot, not wherever `starts` is written.
        offset 0
    ) as i
    where i.starts is not null
        and (i.starts + d.duration) at time zone expand_window.time_zone <= d.last
    order by i.starts;
end;

comment on function core.expand_window is
'The slots of one day''s local hours, as instants, with a buffer between them. None starts at a time
that clocks skip, none overruns the window.';
