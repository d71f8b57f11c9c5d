create or replace view api.availability as
select
    d.id as doctor_id, c.time_zone, c.horizon_days,
    array(
        select row(
            h.weekday, h.start_time, h.end_time, h.slot_minutes, h.capacity, h.buffer_minutes,
            lower(h.valid), upper(h.valid) - 1
        )::api.weekly_hours
        from data.hours as h
        where h.doctor_id = d.id and h.weekday is not null
            and (upper(h.valid) > (statement_timestamp() at time zone c.time_zone)::date
                or upper_inf(h.valid))
        order by h.weekday, h.valid, h.start_time
    ) as weekly
from data.doctor as d
join data.clinic as c on c.id = d.clinic_id
where d.listed_at is not null and d.deleted_at is null;

comment on view api.availability is 'The hours in which a doctor works, and which become slots.';
comment on column api.availability.doctor_id is '! Whose hours.';
comment on column api.availability.time_zone is
'! The zone in which they are meant, that of the clinic (IANA time zone database).';
comment on column api.availability.horizon_days is
'! For how many days, from today on, they become slots.';
comment on column api.availability.weekly is
'! The hours of each weekday, but for those that hold no more.';
