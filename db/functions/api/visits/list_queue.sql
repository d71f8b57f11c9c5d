create or replace function api.list_queue(
    doctor_id bigint,
    manage_token text default null,
    "limit" data.page_size default 50,
    after bigint default null
) returns setof api.queue_entry
language plpgsql stable security definer
set search_path = ''
-- One plan suits every call; to make a new one takes longer than to carry it out.
set plan_cache_mode = force_generic_plan
as $$
declare
    v_account_id bigint;
    v_is_staff boolean;
    v_token_hash bytea;
    v_mailed_id bigint;
    v_zone text;
    v_now timestamptz := statement_timestamp();
    v_today date;
    v_usual interval;
    v_free_since timestamptz;
    v_last record;
begin
    v_account_id := core.caller_account();
    select c.time_zone into v_zone
    from data.doctor as d
    join data.clinic as c on c.id = d.clinic_id
    where d.id = list_queue.doctor_id and d.listed_at is not null and d.deleted_at is null;
    if not found then
        raise exception 'doctor_not_found' using errcode = 'PT404',
            detail = format('There is no doctor %s.', list_queue.doctor_id);
    end if;
    v_is_staff := core.is_staff(list_queue.doctor_id);
    v_token_hash := core.hash_token(list_queue.manage_token);
    v_mailed_id := core.mailed_booking(list_queue.manage_token);
    select s.start_time, coalesce(b.checked_in_at, 'infinity') as arrival, b.id into v_last
    from data.booking as b
    join data.slot as s on s.id = b.slot_id
    where b.id = list_queue.after and b.doctor_id = list_queue.doctor_id
        and (v_is_staff or b.account_id = v_account_id or b.manage_token_hash = v_token_hash
            or b.id = v_mailed_id);
    perform core.require_after(list_queue.after is null or found);
    v_today := (v_now at time zone v_zone)::date;
    v_usual := core.usual_visit(list_queue.doctor_id);
    select max(b.completed_at) into v_free_since
    from data.slot as s
    join data.booking as b on b.slot_id = s.id
    where s.doctor_id = list_queue.doctor_id
        and s.start_time >= core.day_start(v_today, v_zone)
        and s.start_time < core.day_start(v_today + 1, v_zone);
    return query
    with waiting as (
        select
            b.*, s.start_time, s.end_time, coalesce(b.checked_in_at, 'infinity') as arrival,
            case
                -- Who has missed the whole slot keeps nobody waiting.
                when b.status = 'CONFIRMED' and s.end_time <= v_now then interval '0'
                else coalesce(v_usual, s.end_time - s.start_time)
            end as length,
            row_number() over in_order as place
        from data.slot as s
        join data.booking as b on b.slot_id = s.id
        where s.doctor_id = list_queue.doctor_id
            and s.start_time >= core.day_start(v_today, v_zone)
            and s.start_time < core.day_start(v_today + 1, v_zone)
            and core.holds_seats(b.status) and b.status <> 'PENDING'
        window in_order as (order by s.start_time, b.checked_in_at, b.id)
    ),
    summed as (
        select
            w.*, sum(w.length) over (order by w.place) - w.length as before,
            case
                -- The visit of who is first and there goes on since then.
                when w.place = 1 and w.status = 'CHECKED_IN'
                    then greatest(w.start_time, w.checked_in_at, v_free_since)
                else greatest(w.start_time, v_now)
            end as earliest
        from waiting as w
    ),
    expected as (
        -- One visit after another, and none before its time.
        select m.*, m.before + max(m.earliest - m.before) over (order by m.place) as turn
        from summed as m
    )
    select
        e.id, e.place::integer,
        greatest(ceil(extract(epoch from e.turn - v_now) / 60), 0)::integer,
        e.status, e.start_time, e.end_time, e.checked_in_at, e.seat_count, e.patient_name
    from expected as e
    where (v_is_staff or e.account_id = v_account_id or e.manage_token_hash = v_token_hash
            or e.id = v_mailed_id)
        and (list_queue.after is null
            or (e.start_time, e.arrival, e.id) > (v_last.start_time, v_last.arrival, v_last.id))
    order by e.place
    limit list_queue.limit;
end;
$$;

comment on function api.list_queue is
'GET /api/doctors/{doctor_id}/queue
Topic: visits

Today''s confirmed bookings of a doctor whose visits are not over, in the order of the day, and in
how many minutes the turn of each should come. The doctor and the front desk see them all; whoever
else asks sees the own ones alone, or with a `manage_token` that one.

400 invalid_parameter: `after` names no row that the caller may see.
404 doctor_not_found: no such doctor.';

grant execute on function api.list_queue
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
