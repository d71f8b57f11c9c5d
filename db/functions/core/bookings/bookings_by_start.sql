create or replace function core.bookings_by_start(
    statuses data.booking_status[],
    doctor_ids bigint[],
    patient_email text,
    date date,
    earliest timestamptz,
    until timestamptz,
    after bigint,
    "limit" integer
) returns bigint[]
language plpgsql stable
set search_path = ''
-- One plan suits every call; to make a new one takes longer than to carry it out.
set plan_cache_mode = force_generic_plan
as $$
declare
    -- How many slots, and about how many bookings, a page looks at; and how many slots at first.
    v_reach constant integer := 1000;
    v_step integer := 10;
    v_now timestamptz := statement_timestamp();
    v_statuses data.booking_status[] := coalesce(
        bookings_by_start.statuses, enum_range(null::data.booking_status)
    );
    v_start timestamptz := bookings_by_start.earliest;
    v_slot_id bigint := 0;
    v_booking_id bigint := 0;
    v_last record;
    v_next record;
    v_done integer := 0;
    v_looked integer := 0;
    v_ids bigint[] := array[]::bigint[];
begin
    if bookings_by_start.after is not null then
        select s.start_time, s.id into v_last
        from data.slot as s
        where s.id = case
            when bookings_by_start.after < 0 then -bookings_by_start.after
            else (select b.slot_id from data.booking as b where b.id = bookings_by_start.after)
        end;
        if v_last.start_time >= v_start then
            v_start := v_last.start_time;
            v_slot_id := v_last.id;
            v_booking_id := case
                when bookings_by_start.after < 0 then 9223372036854775807
                else bookings_by_start.after
            end;
        end if;
    end if;
    if bookings_by_start.patient_email is not null then
        return array(
            with theirs as materialized (
                select b.id, b.slot_id
                from data.booking as b
                where lower(b.patient_email) = lower(bookings_by_start.patient_email)
                    and (bookings_by_start.doctor_ids is null
                        or b.doctor_id = any(bookings_by_start.doctor_ids))
                    and core.status_at(b.status, b.expires_at, v_now) = any(v_statuses)
            )
            select t.id
            from theirs as t
            join data.slot as s on s.id = t.slot_id
            where (s.start_time, s.id, t.id) > (v_start, v_slot_id, v_booking_id)
                and s.start_time < bookings_by_start.until
                and (bookings_by_start.date is null
                    or bookings_by_start.date = core.day_of_slot(s.id))
            order by s.start_time, s.id, t.id
            limit bookings_by_start.limit
        );
    end if;
    v_next := core.next_slots(
        bookings_by_start.doctor_ids, v_start, v_slot_id - 1, bookings_by_start.until, v_reach
    );
    while v_done < cardinality(v_next.slot_ids) and v_looked < v_reach
        and cardinality(v_ids) < bookings_by_start.limit
    loop
        select
            v_ids || coalesce(
                array_agg(b.id order by p.place, b.id) filter (
                    where core.status_at(b.status, b.expires_at, v_now) = any(v_statuses)
                ),
                '{}'
            ),
            v_looked + count(*)
        into v_ids, v_looked
        from (
            select u.slot_id, u.place
            from unnest(v_next.slot_ids[v_done + 1:v_done + v_step])
                with ordinality as u (slot_id, place)
            where bookings_by_start.date is null or bookings_by_start.date = (
                select (s.start_time at time zone c.time_zone)::date
                from data.slot as s
                join data.doctor as d on d.id = s.doctor_id
                join data.clinic as c on c.id = d.clinic_id
                where s.id = u.slot_id
            )
            -- Once a slot, not for each booking.
            offset 0
        ) as p
        join data.booking as b on b.slot_id = p.slot_id
        where p.slot_id <> v_slot_id or b.id > v_booking_id;
        v_done := least(v_done + v_step, cardinality(v_next.slot_ids));
        v_step := least(2 * v_step, 100);
    end loop;
    if cardinality(v_ids) < bookings_by_start.limit
        and (v_next.more or v_done < cardinality(v_next.slot_ids))
    then
        perform set_config('page.next', (-v_next.slot_ids[v_done])::text, true);
    end if;
    return v_ids[:bookings_by_start.limit];
end;
$$;

comment on function core.bookings_by_start is
'Bookings in the order of the day, of visits that start in [earliest, until): of some statuses,
doctors, a day or an address; null means any. `after` is the last booking seen or, below zero, the
last slot: where few bookings fit, that is where the next page goes on.';
