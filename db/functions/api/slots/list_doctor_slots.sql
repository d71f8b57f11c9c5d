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
    v_zone text;
    v_from timestamptz := list_doctor_slots.from;
    v_to timestamptz := list_doctor_slots.to;
    v_after_start timestamptz;
begin
    perform core.caller_account();
    select c.time_zone into v_zone
    from data.doctor as d join data.clinic as c on c.id = d.clinic_id
    where d.id = list_doctor_slots.doctor_id and d.listed_at is not null and d.deleted_at is null;
    if not found then
        raise exception 'doctor_not_found' using errcode = 'PT404',
            detail = format('There is no doctor %s.', list_doctor_slots.doctor_id);
    end if;
    if list_doctor_slots.date is not null then
        v_from := greatest(v_from, core.day_start(list_doctor_slots.date, v_zone));
        v_to := least(v_to, core.day_start(list_doctor_slots.date + 1, v_zone));
    end if;
    if v_from is null or list_doctor_slots.available then
        v_from := greatest(v_from, statement_timestamp());
    end if;
    if list_doctor_slots.after is not null then
        select s.start_time into v_after_start
        from data.slot as s where s.id = list_doctor_slots.after;
    end if;
    return query
    select s.*
    from api.slot as s
    where s.doctor_id = list_doctor_slots.doctor_id
        and s.start_time >= v_from and s.start_time < coalesce(v_to, 'infinity')
        and (v_after_start is null
            or (s.start_time, s.id) > (v_after_start, list_doctor_slots.after))
        -- That is status AVAILABLE, of which the planner could not tell how many there are.
        and (list_doctor_slots.available is not true
            or s.seats_available > 0 and s.start_time > statement_timestamp())
        and (list_doctor_slots.seats is null
            or s.capacity >= list_doctor_slots.seats
            and s.seats_available >= list_doctor_slots.seats)
    order by s.start_time, s.id
    limit list_doctor_slots.limit;
end;
$$;

comment on function api.list_doctor_slots is
'GET /api/doctors/{doctor_id}/slots
Topic: slots

Slots of one doctor by start, from now on unless `from` or `date` says otherwise, with every status
unless `available` is true. `date` is the day in the zone of the clinic; `from` counts, `to` does
not.

404 doctor_not_found: no such doctor.';

grant execute on function api.list_doctor_slots
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_admin;
