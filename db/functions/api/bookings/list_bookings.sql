create or replace function api.list_bookings(
    status data.booking_status default null,
    patient_email data.email default null,
    doctor_id bigint default null,
    date date default null,
    "limit" data.page_size default 50,
    after bigint default null
) returns setof api.booking
language plpgsql stable security definer
set search_path = ''
-- One plan for every filter would suit none: it would read the whole table.
set plan_cache_mode = force_custom_plan
as $$
declare
    v_account_id bigint;
    v_doctor_id bigint := list_bookings.doctor_id;
    v_before bigint := coalesce(list_bookings.after, 9223372036854775807);
    v_day tstzrange;
    v_ids bigint[];
begin
    v_account_id := core.caller_account();
    if core.caller_role() <> 'admin' then
        select d.id into v_doctor_id
        from data.doctor as d
        where d.account_id = v_account_id
            and (list_bookings.doctor_id is null or d.id = list_bookings.doctor_id);
        if not found then
            return;
        end if;
    end if;
    perform core.require_after(list_bookings.after is null or exists (
        select from data.booking as b
        where b.id = list_bookings.after
            and (v_doctor_id is null or b.doctor_id = v_doctor_id)
    ));
    if list_bookings.date is null then
        -- The newest of each status.
        v_ids := array(
            select o.id
            from unnest(enum_range(list_bookings.status, list_bookings.status)) as wanted (status)
            cross join lateral (
                select b.id
                from data.booking as b
                where b.status = wanted.status and -b.id > -v_before and 0 - b.id > -v_before
                    and (list_bookings.status is distinct from 'PENDING'
                        or b.expires_at > statement_timestamp())
                    and (v_doctor_id is null or b.doctor_id = v_doctor_id)
                    and (list_bookings.patient_email is null
                        or lower(b.patient_email) = lower(list_bookings.patient_email))
                -- Each order is that of one index alone: the planner would also walk through the
                -- bookings of everybody, or of any status, where it expects to meet some soon.
                order by case when v_doctor_id is null then -b.id else 0 - b.id end
                limit list_bookings.limit
            ) as o
            union all
            -- Holds that have run out and that the tidy-up has not seen yet.
            select b.id
            from data.booking as b
            where list_bookings.status = 'FAILED'
                and b.status = 'PENDING' and b.expires_at <= statement_timestamp()
                and (v_doctor_id is null or b.doctor_id = v_doctor_id)
                and (list_bookings.patient_email is null
                    or lower(b.patient_email) = lower(list_bookings.patient_email))
                and b.id < v_before
            order by id desc
            limit list_bookings.limit
        );
    else
        v_day := core.day_everywhere(list_bookings.date);
        v_ids := array(
            select b.id
            from data.slot as s
            join data.doctor as d on d.id = s.doctor_id
            join data.clinic as c on c.id = d.clinic_id
            join core.booking as b on b.slot_id = s.id
            where s.start_time >= lower(v_day) and s.start_time < upper(v_day)
                and (s.start_time at time zone c.time_zone)::date = list_bookings.date
                and (v_doctor_id is null or s.doctor_id = v_doctor_id)
                and (list_bookings.status is null or b.status = list_bookings.status)
                and (list_bookings.patient_email is null
                    or lower(b.patient_email) = lower(list_bookings.patient_email))
                and b.id < v_before
            order by b.id desc
            limit list_bookings.limit
        );
    end if;
    return query
    select b.* from api.booking as b where b.id = any(v_ids) order by b.id desc;
end;
$$;

comment on function api.list_bookings is
'GET /api/bookings
Topic: bookings

Bookings, newest first: admins see all, doctors those of their own slots. `date` is the day of the
visit in the zone of the clinic.

400 invalid_parameter: `after` names no row that the caller may see.';

grant execute on function api.list_bookings
to slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
