-- Where clocks skip midnight, the day begins when they do; PostgreSQL's own shift is right.
create or replace function core.day_start(day date, time_zone text) returns timestamptz
language sql stable
return coalesce(
    core.local_to_instant(day_start.day::timestamp, day_start.time_zone),
    day_start.day::timestamp at time zone day_start.time_zone
);

comment on function core.day_start is
'When a day begins in a time zone; the first midnight of two where clocks are put back over it.';
