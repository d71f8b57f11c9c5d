create or replace function api.list_doctors(
    specialization data.label[] default null,
    city data.label default null,
    consultation_type data.consultation_type default null,
    clinic_id bigint default null,
    q data.label default null,
    "limit" data.page_size default 50,
    after bigint default null
) returns setof api.doctor
language plpgsql stable security definer
set search_path = ''
-- With one plan for every filter the index on specializations would not be used.
set plan_cache_mode = force_custom_plan
as $$
declare
    -- How many doctors a page looks at.
    v_reach constant integer := 1000;
    v_specializations text[] := array(
        select distinct lower(x) from unnest(list_doctors.specialization) as x limit 50
    );
    v_last_id bigint;
    v_count integer;
begin
    perform core.caller_account();
    -- A page may have ended behind one who is not listed any more.
    perform core.require_after(list_doctors.after is null or exists (
        select from data.doctor as d where d.id = list_doctors.after
    ));
    if list_doctors.specialization is null then
        select d.id into v_last_id
        from data.doctor as d
        where list_doctors.after is null or d.id > list_doctors.after
        order by d.id
        offset v_reach - 1 limit 1;
    else
        select o.id into v_last_id
        from unnest(v_specializations) as x
        cross join lateral (
            select d.id from data.doctor as d
            where lower(d.specialization) = x
                and (list_doctors.after is null or d.id > list_doctors.after)
            order by d.id
            limit v_reach
        ) as o
        order by o.id
        offset v_reach - 1 limit 1;
    end if;
    return query
    select d.*
    from api.doctor as d
    where (list_doctors.specialization is null
            or lower(d.specialization) = any(v_specializations))
        and (list_doctors.city is null or lower(d.city) = lower(list_doctors.city))
        and (list_doctors.consultation_type is null
            or d.consultation_type in (list_doctors.consultation_type, 'BOTH'))
        and (list_doctors.clinic_id is null or d.clinic_id = list_doctors.clinic_id)
        and (list_doctors.q is null or strpos(lower(d.name), lower(list_doctors.q)) > 0
            or strpos(lower(d.specialization), lower(list_doctors.q)) > 0)
        and (list_doctors.after is null or d.id > list_doctors.after)
        and (v_last_id is null or d.id <= v_last_id)
    order by d.id
    limit list_doctors.limit;
    get diagnostics v_count = row_count;
    if v_last_id is not null and v_count < list_doctors.limit then
        perform set_config('page.next', v_last_id::text, true);
    end if;
end;
$$;

comment on function api.list_doctors is
'GET /api/doctors
GET /doctors
Topic: doctors

Doctors by id. Filters compare without regard to case; of several specializations (50 at the most)
each one will do; `q` finds a part of the name or of the specialization; a doctor who sees patients
both ways is found under ONLINE and under OFFLINE. A page looks at a thousand doctors at the most:
where few of them fit it is short, even empty, and the next page goes on behind them.

400 invalid_parameter: `after` names no row that the caller may see.';

grant execute on function api.list_doctors
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
