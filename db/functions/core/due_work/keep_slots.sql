create or replace function core.keep_slots(batch integer) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
    -- Days that are made at a time: of a new horizon there may be hundreds.
    v_reach constant integer := 31;
    v_now timestamptz := clock_timestamp();
    v_doctor record;
    v_count integer;
begin
    -- What somebody else has locked is left to them, or to the next run.
    v_count := core.close_withdrawn(array(
        -- By itself: the planner would walk through all slots, where it expects to meet some soon.
        with leaving as materialized (
            select s.id from data.slot as s
            where s.withdrawn and s.open and s.start_time > v_now
        )
        select s.id from data.slot as s
        where s.id in (select l.id from leaving as l) and not exists (
            select from data.booking as b
            where b.slot_id = s.id and b.status not in ('FAILED', 'CANCELLED')
        )
        order by s.id
        limit keep_slots.batch
        for no key update skip locked
    ));
    for v_doctor in
        -- By themselves: in the order of ids the planner would walk through all doctors.
        with due as materialized (
            select d.id, t.today, t.today + c.horizon_days as until
            from data.clinic as c
            cross join lateral (select (v_now at time zone c.time_zone)::date as today) as t
            join data.doctor as d on d.clinic_id = c.id
            where d.slots_until < t.today + c.horizon_days and d.deleted_at is null
        )
        select d.id, greatest(d.slots_until, o.today) as first_day, o.until
        from due as o
        join data.doctor as d on d.id = o.id
        where d.slots_until < o.until and d.deleted_at is null
        order by d.id
        limit keep_slots.batch
        for no key update of d skip locked
    loop
        v_count := v_count + core.fit_slots(
            v_doctor.id, v_doctor.first_day,
            case when v_doctor.first_day + v_reach < v_doctor.until
                then v_doctor.first_day + v_reach - 1
            end,
            wait => false
        )::integer;
        -- Whoever waits for other due work should not wait for long.
        exit when clock_timestamp() > v_now + interval '5 seconds';
    end loop;
    return v_count;
end;
$$;

comment on function core.keep_slots is
'Makes slots from hours for days that have come within the horizon, of at most `batch` doctors, and
deletes those that changed hours left because they were booked, once they are free; returns how
many doctors and slots that were.';
