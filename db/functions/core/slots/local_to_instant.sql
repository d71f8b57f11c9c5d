create or replace function core.local_to_instant(local_time timestamp, time_zone text)
returns timestamptz
language plpgsql stable
set search_path = ''
as $$
declare
    v_instant timestamptz := local_to_instant.local_time at time zone local_to_instant.time_zone;
begin
    -- PostgreSQL shifts a time of the spring gap and takes the second of two in autumn. Clocks are
    -- put back by 30 minutes to 2 hours (Lord Howe, most others, Troll). An expression, not a query
    -- over the three: that took 7.5 µs instead of 2.
    return case local_to_instant.local_time
        when (v_instant - interval '2 hours') at time zone local_to_instant.time_zone
            then v_instant - interval '2 hours'
        when (v_instant - interval '1 hour') at time zone local_to_instant.time_zone
            then v_instant - interval '1 hour'
        when (v_instant - interval '30 minutes') at time zone local_to_instant.time_zone
            then v_instant - interval '30 minutes'
        when v_instant at time zone local_to_instant.time_zone
            then v_instant
    end;
end;
$$;

comment on function core.local_to_instant is
'The instant of a local wall-clock time: the first one where clocks are put back, null where clocks
skip it.';
