create domain data.weekday as integer
constraint weekday_range check (value >= 1 and value <= 7);
comment on domain data.weekday is 'A day of the week, from 1 (Monday) to 7 (Sunday).';

create domain data.pause_minutes as integer
constraint pause_minutes_range check (value >= 0 and value <= 1440);
comment on domain data.pause_minutes is 'A pause in minutes; 0: none. Example: 5.';

create type api.opening_hours as (
    start_time time,
    end_time time,
    slot_minutes data.minutes,
    capacity data.seat_count,
    buffer_minutes data.pause_minutes
);
comment on type api.opening_hours is 'Hours of a day that are filled with slots.';
comment on column api.opening_hours.start_time is '! When they begin, local time of the clinic.';
comment on column api.opening_hours.end_time is '! When they end: no slot lasts longer.';
comment on column api.opening_hours.slot_minutes is '! How long a slot is.';
comment on column api.opening_hours.capacity is '! How many seats a slot has.';
comment on column api.opening_hours.buffer_minutes is 'How long the doctor rests between slots.';

create type api.weekly_hours as (
    weekday data.weekday,
    start_time time,
    end_time time,
    slot_minutes data.minutes,
    capacity data.seat_count,
    buffer_minutes data.pause_minutes,
    valid_from date,
    valid_until date
);
comment on type api.weekly_hours is 'Hours of a weekday that are filled with slots.';
comment on column api.weekly_hours.weekday is '! On which day of the week, from 1 (Monday) to 7.';
comment on column api.weekly_hours.start_time is '! When they begin, local time of the clinic.';
comment on column api.weekly_hours.end_time is '! When they end: no slot lasts longer.';
comment on column api.weekly_hours.slot_minutes is '! How long a slot is.';
comment on column api.weekly_hours.capacity is '! How many seats a slot has.';
comment on column api.weekly_hours.buffer_minutes is 'How long the doctor rests between slots.';
comment on column api.weekly_hours.valid_from is 'The first day on which they hold.';
comment on column api.weekly_hours.valid_until is 'The last day on which they hold.';

create type api.day_hours as (
    doctor_id bigint,
    date date,
    time_zone data.time_zone,
    differs boolean,
    hours api.opening_hours array
);
comment on type api.day_hours is 'The hours of one day.';
comment on column api.day_hours.doctor_id is '! Whose hours.';
comment on column api.day_hours.date is '! On which day.';
comment on column api.day_hours.time_zone is '! The zone of the clinic (IANA time zone database).';
comment on column api.day_hours.differs is
'! Whether the day has hours of its own, instead of those of its weekday.';
comment on column api.day_hours.hours is '! The hours, none where the doctor does not work.';

create table data.hours (
    id bigint generated always as identity constraint hours_pkey primary key,
    doctor_id bigint not null
    constraint hours_doctor_fkey references data.doctor (id) on delete restrict,
    weekday data.weekday,
    valid daterange not null,
    start_time time,
    end_time time,
    slot_minutes data.minutes,
    capacity data.seat_count,
    buffer_minutes data.pause_minutes not null default 0,
    constraint hours_valid_some_day check (not isempty(valid)),
    constraint hours_of_week_or_day check (
        weekday is not null or coalesce(upper(valid) - lower(valid) = 1, false)
    ),
    constraint hours_whole_or_closed check (
        num_nonnulls(start_time, end_time, slot_minutes, capacity) = 4
        or weekday is null
        and num_nonnulls(start_time, end_time, slot_minutes, capacity) = 0
    ),
    constraint hours_end_after_start check (end_time > start_time),
    constraint hours_hold_a_slot check (
        end_time - start_time >= make_interval(mins => slot_minutes)
    ),
    -- Without times, on a day that is closed, the range is that of all times.
    constraint hours_overlap exclude using gist (
        doctor_id with =,
        coalesce(weekday::integer, 0) with =,
        valid with &&,
        tsrange(date '2000-01-01' + start_time, date '2000-01-01' + end_time) with &&
    )
);
comment on table data.hours is
'When doctors work, in local time of their clinic: what slots are made from.';
comment on column data.hours.weekday is
'From 1 (Monday) to 7; null: of the one day in `valid`, on which no weekly hours hold.';
comment on column data.hours.start_time is 'Null on a day that is closed.';

create table data.time_off (
    id bigint generated always as identity constraint time_off_pkey primary key,
    doctor_id bigint not null
    constraint time_off_doctor_fkey references data.doctor (id) on delete restrict,
    start_time timestamptz not null,
    end_time timestamptz not null,
    reason data.note,
    created_at timestamptz not null default clock_timestamp(),
    constraint time_off_ends_after_start check (end_time > start_time)
);
comment on table data.time_off is 'When doctors do not work, whatever their hours say.';
create index time_off_doctor_idx on data.time_off (doctor_id, id);

alter table data.doctor
add column slots_until date,
add column registered boolean not null default false;
comment on column data.doctor.registered is
'Whether registering an account has made it, rather than an admin.';
-- Nothing else makes both at once.
update data.doctor as d
set registered = true
from data.account as a
where a.id = d.account_id and d.created_at - a.created_at between interval '0' and interval '1 s';

comment on column data.doctor.slots_until is
'The first day for which the hours have not been made into slots yet; null: there are no hours.';
create index doctor_slots_until_idx on data.doctor (clinic_id, slots_until)
where slots_until is not null and deleted_at is null;

alter table data.slot
add column generated boolean not null default false,
add column withdrawn boolean not null default false;
comment on column data.slot.generated is
'Whether hours made it. One that somebody deleted or moved by hand is not made again.';
comment on column data.slot.withdrawn is
'Whether the hours that made it have changed since: deleted for that, or as soon as it is free.';
create index slot_withdrawn_idx on data.slot (start_time) where withdrawn and open;
-- Hours that change leave deleted slots behind, which those who look for one need not wade through.
create index slot_open_doctor_start_idx on data.slot (doctor_id, start_time, id) where open;
create index slot_open_start_idx on data.slot (start_time, id) where open;

create index doctor_city_idx on data.doctor (lower(city), id);
create index doctor_listed_idx on data.doctor (lower(specialization), specialization)
where listed_at is not null and deleted_at is null;
