create or replace function core.ics_calendar(method text, lines text[]) returns text
language plpgsql immutable strict
set search_path = ''
as $$
begin
    return (
        select string_agg(core.ics_fold(l.line), '' order by l.place)
        from unnest(
            array['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Slotkeeper//EN',
                'METHOD:' || ics_calendar.method]
            || ics_calendar.lines || array['END:VCALENDAR']
        ) with ordinality as l (line, place)
    );
end;
$$;

comment on function core.ics_calendar is
'A calendar (RFC 5545) of such lines. The method says what is to be done with it: REQUEST, CANCEL or
PUBLISH.';
