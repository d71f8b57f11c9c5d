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
    v_account_id bigint := core.caller_account();
    v_role text := core.caller_role();
    v_day tstzrange;
begin
    if list_bookings.date is not null then
        v_day := core.day_everywhere(list_bookings.date);
    end if;
    return query
    select b.*
    from api.booking as b
    join data.doctor as d on d.id = b.doctor_id
    join data.clinic as c on c.id = d.clinic_id
    where (v_role = 'admin' or d.account_id = v_account_id)
        and (list_bookings.status is null or b.status = list_bookings.status)
        and (list_bookings.patient_email is null
            or lower(b.patient_email) = lower(list_bookings.patient_email))
        and (list_bookings.doctor_id is null or b.doctor_id = list_bookings.doctor_id)
        and (list_bookings.date is null
            or b.start_time >= lower(v_day) and b.start_time < upper(v_day)
            and (b.start_time at time zone c.time_zone)::date = list_bookings.date)
        and (list_bookings.after is null or b.id < list_bookings.after)
    order by b.id desc
    limit list_bookings.limit;
end;
$$;

comment on function api.list_bookings is
'GET /api/bookings
Topic: bookings

Bookings, newest first: admins see all, doctors those of their own slots. `date` is the day of the
visit in the zone of the clinic.';

grant execute on function api.list_bookings
to slotkeeper_doctor, slotkeeper_admin;
