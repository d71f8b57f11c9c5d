create or replace function api.list_bookings(
    status data.booking_status[] default null,
    patient_email data.email default null,
    doctor_id bigint default null,
    clinic_id bigint default null,
    date date default null,
    "from" timestamptz default null,
    "to" timestamptz default null,
    sort data.booking_order default null,
    "limit" data.page_size default 50,
    after bigint default null
) returns setof api.booking
language plpgsql stable security definer
set search_path = ''
-- One plan suits every call; to make a new one takes longer than to carry it out.
set plan_cache_mode = force_generic_plan
as $$
declare
    -- How many of the newest bookings a page looks at where only some visits are asked for.
    v_reach constant integer := 500;
    v_account_id bigint;
    v_clinic_id bigint;
    v_role text;
    v_doctor_ids bigint[];
    v_some_visits boolean;
    v_from timestamptz := coalesce(list_bookings.from, '-infinity');
    v_to timestamptz := coalesce(list_bookings.to, 'infinity');
    v_day tstzrange;
    v_ids bigint[];
    v_fit bigint[];
begin
    v_account_id := core.caller_account();
    v_clinic_id := core.caller_clinic();
    v_role := core.caller_role();
    if v_role <> 'admin' or num_nonnulls(list_bookings.doctor_id, list_bookings.clinic_id) > 0 then
        v_doctor_ids := array(
            select d.id
            from data.doctor as d
            where (v_role <> 'doctor' or d.account_id = v_account_id)
                and (v_role <> 'clerk' or d.clinic_id = v_clinic_id)
                and (list_bookings.doctor_id is null or d.id = list_bookings.doctor_id)
                and (list_bookings.clinic_id is null or d.clinic_id = list_bookings.clinic_id)
        );
    end if;
    v_some_visits := num_nonnulls(list_bookings.date, list_bookings.from, list_bookings.to) > 0;
    if list_bookings.date is not null then
        v_day := core.day_everywhere(list_bookings.date);
        v_from := greatest(v_from, lower(v_day));
        v_to := least(v_to, upper(v_day));
    end if;
    if coalesce(list_bookings.sort = 'start_time', v_some_visits) then
        perform core.require_after(list_bookings.after is null or exists (
            select from data.slot as s
            where s.id = case
                    when list_bookings.after < 0 then -list_bookings.after
                    else (select b.slot_id from data.booking as b where b.id = list_bookings.after)
                end
                and (v_doctor_ids is null or s.doctor_id = any(v_doctor_ids))
        ));
        v_ids := core.bookings_by_start(
            list_bookings.status, v_doctor_ids, list_bookings.patient_email, list_bookings.date,
            v_from, v_to, list_bookings.after, list_bookings.limit
        );
        return query
        select b.*
        from api.booking as b
        where b.id = any(v_ids)
        order by b.start_time, b.slot_id, b.id;
        return;
    end if;
    perform core.require_after(list_bookings.after is null or exists (
        select from data.booking as b
        where b.id = list_bookings.after
            and (v_doctor_ids is null or b.doctor_id = any(v_doctor_ids))
    ));
    v_ids := core.newest_bookings(
        list_bookings.status, v_doctor_ids, list_bookings.patient_email, list_bookings.after,
        case when v_some_visits then v_reach else list_bookings.limit end
    );
    if v_some_visits then
        v_fit := array(
            select b.id
            from data.booking as b
            -- Not a join, which might begin with all slots of the time.
            cross join lateral (
                select s.start_time from data.slot as s where s.id = b.slot_id offset 0
            ) as s
            where b.id = any(v_ids) and s.start_time >= v_from and s.start_time < v_to
                and (list_bookings.date is null
                    or list_bookings.date = core.day_of_slot(b.slot_id))
            order by b.id desc
            limit list_bookings.limit
        );
        if cardinality(v_fit) < list_bookings.limit and cardinality(v_ids) = v_reach then
            perform set_config('page.next', v_ids[v_reach]::text, true);
        end if;
        v_ids := v_fit;
    end if;
    return query
    select b.* from api.booking as b where b.id = any(v_ids) order by b.id desc;
end;
$$;

comment on function api.list_bookings is
'GET /api/bookings
Topic: bookings

Bookings: admins see all, clerks those of their clinic, doctors those of their own slots; of one
`status` or of several. Newest first; in the order of the day where `sort` is start_time, or where
it is absent and the visit is asked for: by `date`, its day in the zone of the clinic, or by its
start, which `from` includes and `to` does not. A page looks at a thousand slots, or at five hundred
of the newest bookings, at the most: where few of them fit it is short, even empty, and its link
leads on.

400 invalid_parameter: `after` names no row that the caller may see.';

grant execute on function api.list_bookings
to slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
