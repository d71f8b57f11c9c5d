create or replace function core.hours_on(doctor_id bigint, day date) returns setof data.hours
language sql stable
begin atomic
    select h.*
    from data.hours as h
    where h.doctor_id = hours_on.doctor_id and h.valid @> hours_on.day
        and h.start_time is not null
        and (h.weekday is null or h.weekday = extract(isodow from hours_on.day) and not exists (
            select from data.hours as o
            where o.doctor_id = hours_on.doctor_id and o.weekday is null
                and o.valid @> hours_on.day
        ))
    order by h.start_time;
end;

comment on function core.hours_on is
'The hours of a doctor on a day: its own ones where it has any, else those of its weekday.';
