create or replace function core.ics_time(property text, instant timestamptz, time_zone text)
returns text
language plpgsql stable strict
set search_path = ''
as $$
declare
    v_local timestamp := ics_time.instant at time zone ics_time.time_zone;
begin
    -- A local time that comes twice means the first one; the second one can only be said in UTC.
    if ics_time.time_zone = 'UTC'
        or core.local_to_instant(v_local, ics_time.time_zone) <> ics_time.instant
    then
        return ics_time.property
            || to_char(ics_time.instant at time zone 'UTC', '":"YYYYMMDD"T"HH24MISS"Z"');
    end if;
    return format(
        '%s;TZID=%s:%s', ics_time.property, ics_time.time_zone,
        to_char(v_local, 'YYYYMMDD"T"HH24MISS')
    );
end;
$$;

comment on function core.ics_time is
'A line of a calendar that says an instant in the local time of a zone, see core.ics_zone.';
