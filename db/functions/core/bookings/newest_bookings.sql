create or replace function core.newest_bookings(
    statuses data.booking_status[],
    doctor_ids bigint[],
    patient_email text,
    before bigint,
    "limit" integer
) returns bigint[]
language plpgsql stable
set search_path = ''
-- One plan suits every call: each order below is that of one index alone.
set plan_cache_mode = force_generic_plan
as $$
declare
    -- How many of all bookings are looked through before each doctor is asked for.
    v_reach constant integer := 500;
    v_now timestamptz := statement_timestamp();
    -- Each once, whoever asks for one twice.
    v_statuses data.booking_status[] := array(
        select distinct w.status
        from unnest(
            coalesce(newest_bookings.statuses, enum_range(null::data.booking_status))
        ) as w (status)
    );
    v_before bigint := coalesce(newest_bookings.before, 9223372036854775807);
    v_ids bigint[];
begin
    if newest_bookings.patient_email is not null then
        return array(
            select b.id
            from data.booking as b
            -- Not with `=`, for which the walk through everybody's bookings would do.
            where lower(b.patient_email) >= lower(newest_bookings.patient_email)
                and (lower(b.patient_email), b.id)
                < (lower(newest_bookings.patient_email), v_before)
                and (newest_bookings.doctor_ids is null
                    or b.doctor_id = any(newest_bookings.doctor_ids))
                and core.status_at(b.status, b.expires_at, v_now) = any(v_statuses)
            order by lower(b.patient_email) desc, b.id desc
            limit newest_bookings.limit
        );
    end if;
    if cardinality(newest_bookings.doctor_ids) > 1 then
        -- Many of the newest are those of a large clinic.
        v_ids := case
            when newest_bookings.statuses is null then array(
                select b.id
                from (
                    select b.id, b.doctor_id
                    from data.booking as b
                    where b.id < v_before
                    order by b.id desc
                    limit v_reach
                ) as b
                where b.doctor_id = any(newest_bookings.doctor_ids)
                order by b.id desc
                limit newest_bookings.limit
            )
            -- Not where a hold that has run out may have failed later than others.
            when cardinality(v_statuses) = 1 and not ('FAILED' = any(v_statuses) and exists (
                select from data.booking as b
                where b.status = 'PENDING' and b.expires_at between '-infinity' and v_now
            )) then array(
                select b.id
                from (
                    select b.id, -b.id as place, b.doctor_id, b.status, b.expires_at
                    from data.booking as b
                    where b.status = v_statuses[1] and -b.id > -v_before
                    order by -b.id
                    limit v_reach
                ) as b
                where b.doctor_id = any(newest_bookings.doctor_ids)
                    and core.status_at(b.status, b.expires_at, v_now) = any(v_statuses)
                order by b.place
                limit newest_bookings.limit
            )
        end;
        if cardinality(v_ids) = newest_bookings.limit then
            return v_ids;
        end if;
    end if;
    return array(
        -- The newest of all are among those of the doctors and statuses whose newest ones are.
        with head as materialized (
            select d.id as doctor_id, w.status, o.id
            from unnest(newest_bookings.doctor_ids) as d (id)
            cross join unnest(v_statuses) as w (status)
            cross join lateral (
                select b.id
                from data.booking as b
                where b.doctor_id = d.id and b.status = w.status and 0 - b.id > -v_before
                    and core.status_at(b.status, b.expires_at, v_now) = any(v_statuses)
                order by 0 - b.id
                limit 1
            ) as o
            order by o.id desc
            limit newest_bookings.limit
        ),
        floor as materialized (
            select case when count(*) = newest_bookings.limit then min(h.id) else 0 end as id
            from head as h
        )
        select o.id
        from head as h
        cross join lateral (
            select b.id
            from data.booking as b
            where b.doctor_id = h.doctor_id and b.status = h.status and 0 - b.id > -v_before
                and 0 - b.id <= -(select f.id from floor as f)
                and core.status_at(b.status, b.expires_at, v_now) = any(v_statuses)
            order by 0 - b.id
            limit newest_bookings.limit
        ) as o
        union all
        select o.id
        from unnest(v_statuses) as w (status)
        cross join lateral (
            select b.id
            from data.booking as b
            where newest_bookings.doctor_ids is null and b.status = w.status and -b.id > -v_before
                and core.status_at(b.status, b.expires_at, v_now) = any(v_statuses)
            order by -b.id
            limit newest_bookings.limit
        ) as o
        union all
        select o.id
        from (
            -- Holds that have run out and that the tidy-up has not seen yet. Not with the bare id,
            -- by which all might be read where the table takes more room than it needs; and with
            -- `between`, for the planner takes a third of all for older than a time.
            select b.id
            from data.booking as b
            where b.status = 'PENDING' and b.expires_at between '-infinity' and v_now
                and 0 + b.id < v_before
                and 'FAILED' = any(v_statuses) and 'PENDING' <> all(v_statuses)
                and (newest_bookings.doctor_ids is null
                    or b.doctor_id = any(newest_bookings.doctor_ids))
            order by b.expires_at
        ) as o
        order by id desc
        limit newest_bookings.limit
    );
end;
$$;

comment on function core.newest_bookings is
'The newest bookings with an id below `before`: of some statuses, doctors or an address; null means
any.';
