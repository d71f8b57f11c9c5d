create or replace function core.say_time(
    start_time timestamptz, end_time timestamptz, time_zone text
) returns text
language sql stable strict
return format(
    '%s to %s (%s)',
    to_char(
        say_time.start_time at time zone say_time.time_zone, 'FMDay, FMDD FMMonth YYYY, HH24:MI'
    ),
    to_char(say_time.end_time at time zone say_time.time_zone, 'HH24:MI'),
    say_time.time_zone
);

comment on function core.say_time is 'A span of time in words, by the clocks of its zone.';
