create or replace function api.list_slots(
    doctor_id bigint default null,
    specialization data.label default null,
    date date default null,
    "from" timestamptz default null,
    "to" timestamptz default null,
    available boolean default true,
    seats data.seat_count default null,
    "limit" data.page_size default 50,
    after bigint default null,
    city data.label default null,
    consultation_type data.consultation_type default null,
    clinic_id bigint default null
) returns setof api.slot
language plpgsql stable security definer
set search_path = ''
-- One plan suits every call; to make a new one takes longer than to carry it out.
set plan_cache_mode = force_generic_plan
as $$
declare
    -- How many slots a page looks at; where doctors are asked for, how many of theirs.
    v_reach constant integer := 1000;
    v_from timestamptz := coalesce(list_slots.from, '-infinity');
    v_to timestamptz := coalesce(list_slots.to, 'infinity');
    v_day tstzrange;
    v_after_start timestamptz;
    v_after_id bigint := 0;
    v_doctor_ids bigint[];
    v_share integer;
    v_suspended_ids bigint[];
    v_ids bigint[];
    v_part_ids bigint[];
    v_more boolean;
    v_missing integer := list_slots.limit;
    v_count integer;
begin
    perform core.caller_account();
    if list_slots.available then
        v_from := greatest(v_from, statement_timestamp());
    end if;
    if list_slots.date is not null then
        v_day := core.day_everywhere(list_slots.date);
        v_from := greatest(v_from, lower(v_day));
        v_to := least(v_to, upper(v_day));
    end if;
    if list_slots.after is not null then
        -- A page may have ended behind one that is deleted.
        select s.start_time into v_after_start from data.slot as s where s.id = list_slots.after;
        perform core.require_after(found);
        if v_after_start >= v_from then
            v_from := v_after_start;
            v_after_id := list_slots.after;
        end if;
    end if;
    if num_nonnulls(
        list_slots.doctor_id, list_slots.specialization, list_slots.city,
        list_slots.consultation_type, list_slots.clinic_id
    ) > 0 then
        v_doctor_ids := core.find_doctors(
            list_slots.doctor_id, list_slots.specialization, list_slots.city,
            list_slots.consultation_type, list_slots.clinic_id, v_reach + 1
        );
    end if;
    -- What so many doctors have in common, many of the next slots have, too.
    if v_doctor_ids is null or cardinality(v_doctor_ids) > v_reach then
        v_ids := array(
            select s.id
            from data.slot as s
            where s.open and (s.start_time, s.id) > (v_from, v_after_id) and s.start_time < v_to
            order by s.start_time, s.id
            limit v_reach
        );
        v_more := cardinality(v_ids) = v_reach;
    else
        v_share := 1 + v_reach / greatest(cardinality(v_doctor_ids), 1);
        -- Once a doctor's share ends, what follows might be that doctor's: there the page ends.
        select array_agg(s.id order by s.start_time, s.id), bool_or(s.place = v_share)
        into v_ids, v_more
        from (
            select
                o.id, o.start_time, o.place,
                count(*) filter (where o.place = v_share) over (
                    order by o.start_time, o.id rows between unbounded preceding and 1 preceding
                ) as ended
            from unnest(v_doctor_ids) as d (id)
            cross join lateral (
                select
                    s.id, s.start_time,
                    row_number() over (order by s.doctor_id, s.start_time, s.id) as place
                from data.slot as s
                -- Not with `=`, for which another index would do, with all doctors' slots in it.
                where s.open and (s.doctor_id, s.start_time, s.id) > (d.id, v_from, v_after_id)
                    and (s.doctor_id, s.start_time) < (d.id, v_to)
                order by s.doctor_id, s.start_time, s.id
                limit v_share
            ) as o
        ) as s
        where s.ended = 0;
    end if;
    v_suspended_ids := array(select d.id from data.doctor as d where d.suspended_at is not null);
    -- Most pages are full after few slots.
    for v_part in 1 .. 2 loop
        v_part_ids := case v_part
            when 1 then v_ids[:2 * list_slots.limit] else v_ids[2 * list_slots.limit + 1:]
        end;
        if v_part = 2 and list_slots.available then
            -- The view would look into each of many full ones.
            v_part_ids := array(
                select p.id from unnest(v_part_ids) as p (id)
                except
                select b.slot_id
                from data.booking as b
                where b.slot_id = any(v_part_ids) and core.holds_seats(b.status)
                    and not core.has_run_out(b.status, b.expires_at, statement_timestamp())
                group by b.slot_id, b.slot_capacity
                having sum(b.seat_count) > b.slot_capacity - coalesce(list_slots.seats, 1)
            );
        end if;
        return query
        select s.*
        from (
            select s.*
            from api.slot as s
            where s.doctor_id <> all(v_suspended_ids) and s.id = any(v_part_ids)
                and (list_slots.available is not true or s.status = 'AVAILABLE')
                and (list_slots.seats is null or s.seats_available >= list_slots.seats)
            -- Apart from what follows, by which the planner would begin with doctors and clinics.
            offset 0
        ) as s
        where (list_slots.specialization is null
                or lower(s.specialization) = lower(list_slots.specialization))
            and (list_slots.city is null or lower(s.city) = lower(list_slots.city))
            and (list_slots.consultation_type is null
                or s.consultation_type in (list_slots.consultation_type, 'BOTH'))
            and (list_slots.clinic_id is null or s.clinic_id = list_slots.clinic_id)
            and (list_slots.date is null
                or (s.start_time at time zone s.time_zone)::date = list_slots.date)
        order by s.start_time, s.id
        limit v_missing;
        get diagnostics v_count = row_count;
        v_missing := v_missing - v_count;
        exit when v_missing = 0;
    end loop;
    if v_more and v_missing > 0 then
        perform set_config('page.next', v_ids[cardinality(v_ids)]::text, true);
    end if;
end;
$$;

comment on function api.list_slots is
'GET /api/slots
Topic: slots

Slots by start. Unless `available` is false only those to come with a free seat; `seats` asks for
that many free seats. Doctors who see patients both ways are found under ONLINE and under OFFLINE.
`date` is the day in the zone of the clinic, `from` counts, `to` does not. A page looks at a
thousand slots at the most: where few of them fit it is short, even empty, and the next page goes on
behind them.

400 invalid_parameter: `after` names no row that the caller may see.';

grant execute on function api.list_slots
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
