create or replace function api.list_time_off(
    doctor_id bigint, "limit" data.page_size default 50, after bigint default null
) returns setof api.time_off
language plpgsql stable security definer
set search_path = ''
as $$
begin
    perform core.caller_account();
    perform core.require_doctor(list_time_off.doctor_id);
    perform core.require_after(list_time_off.after is null or exists (
        select from data.time_off as t
        where t.id = list_time_off.after and t.doctor_id = list_time_off.doctor_id
    ));
    return query
    select t.*
    from api.time_off as t
    where t.doctor_id = list_time_off.doctor_id
        and (list_time_off.after is null or t.id < list_time_off.after)
    order by t.id desc
    limit list_time_off.limit;
end;
$$;

comment on function api.list_time_off is
'GET /api/doctors/{doctor_id}/time-off
Topic: availability

When a doctor does not work, newest entry first.

400 invalid_parameter: `after` names no row that the caller may see.
404 doctor_not_found: no such doctor, or not the caller''s to act for.';

grant execute on function api.list_time_off
to slotkeeper_doctor, slotkeeper_admin;
