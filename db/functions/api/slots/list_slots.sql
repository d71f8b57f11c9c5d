create or replace function api.list_slots(
    doctor_id bigint default null,
    specialization data.label default null,
    date date default null,
    "from" timestamptz default null,
    "to" timestamptz default null,
    available boolean default true,
    seats data.seat_count default null,
    "limit" data.page_size default 50,
    after bigint default null
) returns setof api.slot
language plpgsql stable security definer
set search_path = ''
-- One plan for every filter would suit none: it would read the whole table.
set plan_cache_mode = force_custom_plan
as $$
declare
    v_from timestamptz := list_slots.from;
    v_to timestamptz := list_slots.to;
    v_day tstzrange;
    v_after_start timestamptz;
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
    select s.start_time into v_after_start from data.slot as s where s.id = list_slots.after;
    return query
    select s.*
    from api.slot as s
    where (list_slots.doctor_id is null or s.doctor_id = list_slots.doctor_id)
        and (list_slots.specialization is null
            or lower(s.specialization) = lower(list_slots.specialization))
        and s.start_time >= coalesce(v_from, '-infinity')
        and s.start_time < coalesce(v_to, 'infinity')
        and (list_slots.date is null or list_slots.date = (
            select (s.start_time at time zone c.time_zone)::date
            from data.doctor as d join data.clinic as c on c.id = d.clinic_id
            where d.id = s.doctor_id
        ))
        and (v_after_start is null or (s.start_time, s.id) > (v_after_start, list_slots.after))
        -- That is status AVAILABLE, of which the planner could not tell how many there are.
        and (list_slots.available is not true
            or s.seats_available > 0 and s.start_time > statement_timestamp())
        and (list_slots.seats is null
            or s.capacity >= list_slots.seats and s.seats_available >= list_slots.seats)
    order by s.start_time, s.id
    limit list_slots.limit;
end;
$$;

comment on function api.list_slots is
'GET /api/slots
Topic: slots

Slots by start. Unless `available` is false only those to come with a free seat; `seats` asks for
that many free seats. `date` is the day in the zone of the clinic, `from` counts, `to` does not.';

grant execute on function api.list_slots
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_admin;
