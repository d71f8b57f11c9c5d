create or replace function api.list_doctor_slots(
    doctor_id bigint,
    date date default null,
    "from" timestamptz default null,
    "to" timestamptz default null,
    available boolean default false,
    seats data.seat_count default null,
    "limit" data.page_size default 50,
    after bigint default null
) returns setof api.slot
language plpgsql stable security definer
set search_path = ''
-- One plan suits every call; to make a new one takes longer than to carry it out.
set plan_cache_mode = force_generic_plan
as $$
declare
    -- How many slots a page looks at; a day rarely has more.
    v_reach constant integer := 1000;
    v_doctor record;
    v_from timestamptz := list_doctor_slots.from;
    v_to timestamptz := coalesce(list_doctor_slots.to, 'infinity');
    v_after_start timestamptz;
    v_after_id bigint := 0;
    v_last_id bigint;
    v_last_start timestamptz;
    v_count integer;
begin
    perform core.caller_account();
    select
        d.clinic_id, c.time_zone, d.city, d.consultation_type, d.name, d.specialization,
        d.consultation_fee, c.currency, d.suspended_at
    into v_doctor
    from data.doctor as d join data.clinic as c on c.id = d.clinic_id
    where d.id = list_doctor_slots.doctor_id and d.listed_at is not null and d.deleted_at is null;
    if not found then
        raise exception 'doctor_not_found' using errcode = 'PT404',
            detail = format('There is no doctor %s.', list_doctor_slots.doctor_id);
    end if;
    if v_doctor.suspended_at is not null then
        return;
    end if;
    if list_doctor_slots.date is not null then
        v_from := greatest(v_from, core.day_start(list_doctor_slots.date, v_doctor.time_zone));
        v_to := least(v_to, core.day_start(list_doctor_slots.date + 1, v_doctor.time_zone));
    end if;
    if v_from is null or list_doctor_slots.available then
        v_from := greatest(v_from, statement_timestamp());
    end if;
    if list_doctor_slots.after is not null then
        select s.start_time into v_after_start
        from data.slot as s
        where s.id = list_doctor_slots.after and s.doctor_id = list_doctor_slots.doctor_id;
        perform core.require_after(found);
        if v_after_start >= v_from then
            v_from := v_after_start;
            v_after_id := list_doctor_slots.after;
        end if;
    end if;
    if list_doctor_slots.date is null then
        select s.id, s.start_time into v_last_id, v_last_start
        from data.slot as s
        -- Not with `=`, for which another index would do, with all doctors' slots in it.
        where (s.doctor_id, s.start_time, s.id)
            > (list_doctor_slots.doctor_id, v_from, v_after_id)
            and (s.doctor_id, s.start_time) < (list_doctor_slots.doctor_id, v_to)
        order by s.doctor_id, s.start_time, s.id
        offset v_reach - 1 limit 1;
        v_to := coalesce(v_last_start + interval '1 microsecond', v_to);
    end if;
    return query
    select
        s.id, v_doctor.clinic_id, v_doctor.time_zone, v_doctor.city, v_doctor.consultation_type,
        s.doctor_id, v_doctor.name, v_doctor.specialization, s.start_time, s.end_time,
        (extract(epoch from s.end_time - s.start_time) / 60)::integer,
        s.capacity, s.seats_available, s.status, v_doctor.consultation_fee, v_doctor.currency
    from core.slot as s
    where (s.doctor_id, s.start_time, s.id) > (list_doctor_slots.doctor_id, v_from, v_after_id)
        and (s.doctor_id, s.start_time) < (list_doctor_slots.doctor_id, v_to)
        -- That is status AVAILABLE, of which the planner could not tell how many there are.
        and (list_doctor_slots.available is not true
            or s.seats_available > 0 and s.start_time > statement_timestamp())
        and (list_doctor_slots.seats is null or s.seats_available >= list_doctor_slots.seats)
    order by s.doctor_id, s.start_time, s.id
    limit list_doctor_slots.limit;
    get diagnostics v_count = row_count;
    if v_last_id is not null and v_count < list_doctor_slots.limit then
        perform set_config('page.next', v_last_id::text, true);
    end if;
end;
$$;

comment on function api.list_doctor_slots is
'GET /api/doctors/{doctor_id}/slots
GET /slots/{doctor_id}
Topic: slots

Slots of one doctor by start, from now on unless `from` or `date` says otherwise, with every status
unless `available` is true. `date` is the day in the zone of the clinic; `from` counts, `to` does
not. A page looks at a thousand slots at the most: where few of them fit it is short, and its link
leads on.

400 invalid_parameter: `after` names no row that the caller may see.
404 doctor_not_found: no such doctor.';

grant execute on function api.list_doctor_slots
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
