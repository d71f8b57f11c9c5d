create or replace function core.require_time_zone(time_zone text) returns void
language plpgsql stable
set search_path = ''
as $$
begin
    if require_time_zone.time_zone is not null and not exists (
        select from pg_catalog.pg_timezone_names as z
        where z.name = require_time_zone.time_zone
            -- Others, such as EST, are there for the sake of old systems.
            and (z.name = 'UTC' or z.name like '%/%')
    ) then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'time_zone must be a zone of the IANA database, such as Europe/Paris.';
    end if;
end;
$$;

comment on function core.require_time_zone is
'Refuses what is no time zone; null passes.

400 invalid_parameter: no such time zone.';
