create or replace function core.local_to_instant(local_time timestamp, time_zone text)
returns timestamptz
language plpgsql stable
set search_path = ''
as $$
begin
    -- PostgreSQL shifts a time of the spring gap and takes the second of two in autumn. Clocks are
    -- put back by 30 minutes to 2 hours (Lord Howe, most others, Troll).
    return (
        select min(i.instant)
        from (values (0), (30), (60), (120)) as o(minutes)
        cross join lateral (
            select (local_to_instant.local_time at time zone local_to_instant.time_zone)
                - make_interval(mins => o.minutes) as instant
        ) as i
        where i.instant at time zone local_to_instant.time_zone = local_to_instant.local_time
    );
end;
$$;

comment on function core.local_to_instant is
'The instant of a local wall-clock time: the first one where clocks are put back, null where clocks
skip it.';
