create or replace function core.day_everywhere(day date) returns tstzrange
language plpgsql stable
set search_path = ''
as $$
begin
    return (
        select tstzrange(
            min(core.day_start(day_everywhere.day, z.time_zone)),
            max(core.day_start(day_everywhere.day + 1, z.time_zone))
        )
        from (select distinct c.time_zone from data.clinic as c) as z
    );
end;
$$;

comment on function core.day_everywhere is
'From when a day begins in the first clinic until it has ended in the last, so that an index finds
what may be of that day: [from, to).';
