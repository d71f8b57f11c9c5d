create or replace function core.day_start(day date, time_zone text) returns timestamptz
language plpgsql stable
set search_path = ''
as $$
declare
    v_midnight constant timestamp := day_start.day;
begin
    -- Where clocks skip midnight, PostgreSQL's own shift is right: the day begins when they do.
    return coalesce(
        core.local_to_instant(v_midnight, day_start.time_zone),
        v_midnight at time zone day_start.time_zone
    );
end;
$$;

comment on function core.day_start is
'When a day begins in a time zone; the first midnight of two where clocks are put back over it.';
