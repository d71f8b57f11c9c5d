create or replace function api.create_slots_in_bulk(
    start_date date,
    end_date date,
    start_time time,
    end_time time,
    duration_minutes data.minutes default 30,
    exclude_weekends boolean default true,
    capacity data.seat_count default 1,
    doctor_id bigint default null
) returns api.bulk_result
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_doctor_id bigint;
    v_minutes integer := coalesce(create_slots_in_bulk.duration_minutes, 30);
    v_zone text;
    v_wanted integer;
    v_created integer;
begin
    perform core.caller_account();
    v_doctor_id := core.lock_own_doctor(create_slots_in_bulk.doctor_id);
    if create_slots_in_bulk.end_date < create_slots_in_bulk.start_date
        or create_slots_in_bulk.end_date - create_slots_in_bulk.start_date >= 366
        -- In no time zone does a slot of an earlier day end in the year 10000.
        or create_slots_in_bulk.end_date >= date '9999-12-31'
    then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'end_date must not be before start_date; both must lie within 366 days and '
                || 'before the last day of the year 9999.';
    end if;
    if create_slots_in_bulk.start_time - time '00:00' + make_interval(mins => v_minutes)
        > create_slots_in_bulk.end_time - time '00:00'
    then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'The hours from start_time to end_time must be long enough for one slot.';
    end if;
    if (create_slots_in_bulk.end_date - create_slots_in_bulk.start_date + 1)
        * extract(epoch from create_slots_in_bulk.end_time - create_slots_in_bulk.start_time)
        / 60 / v_minutes > 20000
    then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'One call may ask for 20,000 slots at the most.';
    end if;
    select c.time_zone into v_zone
    from data.doctor as d join data.clinic as c on c.id = d.clinic_id
    where d.id = v_doctor_id;
    with
    wanted as materialized (
        select g.day::date as day, w.starts, w.ends
        from generate_series(
            create_slots_in_bulk.start_date::timestamp, create_slots_in_bulk.end_date, '1 day'
        ) as g(day)
        cross join lateral core.expand_window(
            g.day::date, create_slots_in_bulk.start_time, create_slots_in_bulk.end_time,
            v_minutes, 0, v_zone
        ) as w
        where create_slots_in_bulk.exclude_weekends is false or extract(isodow from g.day) < 6
    ),
    made as (
        insert into data.slot (doctor_id, start_time, end_time, capacity, local_date)
        select
            v_doctor_id, w.starts, w.ends, coalesce(create_slots_in_bulk.capacity, 1), w.day
        from wanted as w
        where w.starts > clock_timestamp() and not exists (
            select from data.time_off as t
            where t.doctor_id = v_doctor_id and t.start_time < w.ends and t.end_time > w.starts
        )
        order by w.starts
        on conflict do nothing
        returning 1
    )
    select (select count(*) from wanted), (select count(*) from made) into v_wanted, v_created;
    return row(v_created, v_wanted - v_created);
end;
$$;

comment on function api.create_slots_in_bulk is
'POST /api/slots/bulk 201
Topic: slots

Fills the hours from `start_time` to `end_time`, local time of the clinic, with slots on each day
from `start_date` to `end_date`. A time that clocks skip in spring yields no slot, one that comes
twice in autumn yields the first; none overruns the hours. What overlaps an existing slot, touches
time off or lies in the past is skipped, so that repeating the call creates nothing. The doctor is
the caller''s own unless `doctor_id` names one.

400 missing_parameter: an admin named no doctor.
400 invalid_parameter: the days are in the wrong order, more than 366 or too far ahead, or the hours
  hold no slot or too many (20,000 in all).
404 doctor_not_found: no such doctor, or not the caller''s to act for.';

grant execute on function api.create_slots_in_bulk
to slotkeeper_doctor, slotkeeper_admin;
