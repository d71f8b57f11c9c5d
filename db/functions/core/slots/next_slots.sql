create or replace function core.next_slots(
    doctor_ids bigint[],
    after_start timestamptz,
    after_id bigint,
    until timestamptz,
    reach integer,
    out slot_ids bigint[],
    out more boolean
)
language plpgsql stable
set search_path = ''
-- One plan suits every call; to make a new one takes longer than to carry it out.
set plan_cache_mode = force_generic_plan
as $$
declare
    v_share integer;
begin
    if next_slots.doctor_ids is null then
        next_slots.slot_ids := array(
            select s.id
            from data.slot as s
            where (s.start_time, s.id) > (next_slots.after_start, next_slots.after_id)
                and s.start_time < next_slots.until
            order by s.start_time, s.id
            limit next_slots.reach
        );
        next_slots.more := cardinality(next_slots.slot_ids) = next_slots.reach;
        return;
    end if;
    v_share := 1 + next_slots.reach / greatest(cardinality(next_slots.doctor_ids), 1);
    -- Once a doctor's share ends, what follows might be that doctor's: there it stops.
    select
        coalesce(array_agg(s.id order by s.start_time, s.id), '{}'),
        coalesce(bool_or(s.place = v_share), false)
    into next_slots.slot_ids, next_slots.more
    from (
        select
            o.id, o.start_time, o.place,
            count(*) filter (where o.place = v_share) over (
                order by o.start_time, o.id rows between unbounded preceding and 1 preceding
            ) as ended
        from unnest(next_slots.doctor_ids) as d (id)
        cross join lateral (
            select
                s.id, s.start_time,
                row_number() over (order by s.doctor_id, s.start_time, s.id) as place
            from data.slot as s
            -- Not with `=`, for which another index would do, with all doctors' slots in it.
            where (s.doctor_id, s.start_time, s.id)
                > (d.id, next_slots.after_start, next_slots.after_id)
                and (s.doctor_id, s.start_time) < (d.id, next_slots.until)
            order by s.doctor_id, s.start_time, s.id
            limit v_share
        ) as o
    ) as s
    where s.ended = 0;
end;
$$;

comment on function core.next_slots is
'The slots of some doctors, or of all where that is null, that start behind (after_start, after_id)
and before `until`, in order, deleted ones too: about `reach` of them, and whether there are more.';
