create or replace function core.say_time(
    start_time timestamptz, time_zone text, end_time timestamptz default null
) returns text
language sql stable
return concat(
    to_char(
        say_time.start_time at time zone say_time.time_zone, 'FMDay, FMDD FMMonth YYYY, HH24:MI'
    ),
    to_char(say_time.end_time at time zone say_time.time_zone, '" to "HH24:MI'),
    format(' (%s)', say_time.time_zone)
);

comment on function core.say_time is
'A time, or a span from it to another, in words, by the clocks of its zone.';
