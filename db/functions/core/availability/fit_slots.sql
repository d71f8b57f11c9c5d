create or replace function core.fit_slots(
    doctor_id bigint, first_day date, last_day date, wait boolean default true
) returns boolean
language plpgsql volatile
set search_path = ''
as $$
declare
    v_now timestamptz := clock_timestamp();
    v_zone text;
    v_today date;
    v_first date;
    v_last date;
    v_from timestamptz;
    v_to timestamptz := timestamptz 'infinity';
    v_ids bigint[];
    v_locked bigint[];
    v_deleted tstzmultirange;
begin
    select c.time_zone, t.today, greatest(fit_slots.first_day, t.today),
        least(fit_slots.last_day, t.today + c.horizon_days - 1)
    into v_zone, v_today, v_first, v_last
    from data.doctor as d
    join data.clinic as c on c.id = d.clinic_id
    cross join lateral (select (v_now at time zone c.time_zone)::date as today) as t
    where d.id = fit_slots.doctor_id;
    v_from := greatest(v_now, core.day_start(v_first, v_zone));
    if fit_slots.last_day is not null then
        v_to := core.day_start(fit_slots.last_day + 1, v_zone);
    end if;
    -- What hours made and make no more, and what they make once more before it was closed.
    v_ids := array(
        select s.id
        from data.slot as s
        left join core.expected_slots(fit_slots.doctor_id, v_first, v_last) as e
            on e.starts = s.start_time and e.ends = s.end_time and e.capacity = s.capacity
        where s.doctor_id = fit_slots.doctor_id and s.start_time > v_from and s.start_time < v_to
            and s.generated and s.deleted_at is null and s.withdrawn <> (e.starts is null)
    );
    if fit_slots.wait then
        perform from data.slot as s where s.id = any(v_ids) order by s.id for no key update;
        v_locked := v_ids;
    else
        v_locked := array(
            select s.id from data.slot as s
            where s.id = any(v_ids) order by s.id for no key update skip locked
        );
    end if;
    update data.slot as s set withdrawn = not s.withdrawn where s.id = any(v_locked);
    perform core.close_withdrawn(v_locked);
    select coalesce(range_agg(tstzrange(s.start_time, s.end_time)), '{}') into v_deleted
    from data.slot as s
    where s.doctor_id = fit_slots.doctor_id and s.start_time > v_from - interval '1 day'
        and s.start_time < v_to and s.generated and s.deleted_at is not null and not s.withdrawn;
    insert into data.slot (doctor_id, start_time, end_time, capacity, generated, local_date)
    select
        fit_slots.doctor_id, e.starts, e.ends, e.capacity, true,
        (e.starts at time zone v_zone)::date
    from core.expected_slots(fit_slots.doctor_id, v_first, v_last) as e
    where e.starts > v_from and not tstzrange(e.starts, e.ends) && v_deleted
    order by e.starts
    -- What is booked, or was made by hand, is in the way.
    on conflict do nothing;
    if cardinality(v_locked) < cardinality(v_ids) then
        return false;
    end if;
    -- A day is done once all days before it are.
    update data.doctor as d
    set slots_until = case
        when fit_slots.last_day is null
            and not exists (select from data.hours as h where h.doctor_id = d.id)
            then null
        when greatest(d.slots_until, v_today) < v_first then greatest(d.slots_until, v_today)
        else greatest(d.slots_until, v_last + 1)
    end
    where d.id = fit_slots.doctor_id;
    return true;
end;
$$;

comment on function core.fit_slots is
'Makes the slots to come of a doctor, whom the caller has locked, agree with the hours from one day
to another (null: as far as there are any), within the horizon of the clinic. What is booked stays
until it is free; slots made by hand stay; where one that hours had made was deleted by hand, none
is made. Without `wait` it passes over slots that others have locked, and is then false: to be done
again.';
