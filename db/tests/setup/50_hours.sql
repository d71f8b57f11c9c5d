-- Hours of a doctor on every day, for good, straight into the table. No slots are made of them.
create function tests.hours(
    doctor bigint,
    start_time time default '09:00',
    end_time time default '10:00',
    minutes integer default 30,
    capacity integer default 1
) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
    insert into data.hours (
        doctor_id, weekday, valid, start_time, end_time, slot_minutes, capacity
    )
    select
        hours.doctor, n, '(,)', hours.start_time, hours.end_time, hours.minutes, hours.capacity
    from generate_series(1, 7) as n;
end;
$$;

-- The slots of a doctor that stand, of a day so many days from today (UTC), in brackets those that
-- hours made, with an exclamation mark those that go as soon as they are free.
create function tests.day_of(doctor bigint, days integer) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
begin
    return coalesce((
        select string_agg(
            format(
                case when s.generated then '[%s]%s' else '%s%s' end,
                to_char(s.start_time at time zone 'UTC', 'HH24:MI'),
                case when s.withdrawn then '!' end
            ), ' ' order by s.start_time
        )
        from data.slot as s
        where s.doctor_id = day_of.doctor and s.deleted_at is null
            and (s.start_time at time zone 'UTC')::date
                = (clock_timestamp() at time zone 'UTC')::date + day_of.days
    ), '');
end;
$$;

-- A time of the day so many days from today (UTC).
create function tests.at(days integer, local_time time) returns timestamptz
language sql
as $$select ((clock_timestamp() at time zone 'UTC')::date + days + local_time) at time zone 'UTC'$$;
