create or replace function api.list_patients(
    q data.label default null, "limit" data.page_size default 50, after bigint default null
) returns setof api.patient
language plpgsql stable security definer
set search_path = ''
as $$
declare
    -- How many accounts or bookings a page looks at.
    v_reach constant integer := 1000;
    v_account_id bigint;
    v_clinic_id bigint;
    v_role text;
    v_doctor_ids bigint[];
    v_after bigint := coalesce(list_patients.after, 0);
    v_share integer;
    v_ids bigint[];
    v_last_id bigint;
    v_count integer;
begin
    v_account_id := core.caller_account();
    v_clinic_id := core.caller_clinic();
    v_role := core.caller_role();
    perform core.require_after(
        list_patients.after is null or core.knows_patient(list_patients.after)
    );
    if v_role = 'admin' then
        v_ids := array(
            select a.id from data.account as a
            where a.role = 'patient' and a.id > v_after
            order by a.id
            limit v_reach
        );
        v_last_id := v_ids[v_reach];
    else
        v_doctor_ids := array(
            select d.id from data.doctor as d
            where (v_role = 'doctor' and d.account_id = v_account_id and d.deleted_at is null)
                or (v_role = 'clerk' and d.clinic_id = v_clinic_id)
        );
        v_share := greatest(
            list_patients.limit, v_reach / greatest(cardinality(v_doctor_ids), 1)
        );
        with booked as materialized (
            select d.id as doctor_id, b.account_id
            from unnest(v_doctor_ids) as d (id)
            cross join lateral (
                select b.account_id from data.booking as b
                where b.doctor_id = d.id and b.account_id is not null
                    and 0 + b.account_id > v_after
                order by 0 + b.account_id
                limit v_share
            ) as b
        ),
        made as materialized (
            select a.id
            from (
                select a.id from data.account as a
                where v_role = 'doctor' and a.made_by_id = v_account_id and a.id > v_after
                order by a.id
                limit v_reach
            ) as a
            union all
            select a.id
            from (
                select a.id from data.account as a
                where v_role = 'clerk' and a.made_at_clinic_id = v_clinic_id and a.id > v_after
                order by a.id
                limit v_reach
            ) as a
        )
        select
            array(select b.account_id from booked as b union select m.id from made as m),
            -- Who comes behind the first of these may have been passed over.
            (
                select min(e.id)
                from (
                    select max(b.account_id) as id from booked as b
                    group by b.doctor_id having count(*) = v_share
                    union all
                    select max(m.id) from made as m having count(*) = v_reach
                ) as e
            )
        into v_ids, v_last_id;
    end if;
    return query
    select p.*
    from api.patient as p
    where p.id = any(v_ids) and (v_last_id is null or p.id <= v_last_id)
        and (list_patients.q is null
            or strpos(lower(p.name), lower(list_patients.q)) > 0
            or strpos(lower(p.email), lower(list_patients.q)) > 0)
        and core.knows_patient(p.id)
    order by p.id
    limit list_patients.limit;
    get diagnostics v_count = row_count;
    if v_last_id is not null and v_count < list_patients.limit then
        perform set_config('page.next', v_last_id::text, true);
    end if;
end;
$$;

comment on function api.list_patients is
'GET /api/patients
Topic: patients

The caller''s patients, by id: for admins all; for clerks those who have booked at the clinic; for
doctors those whose records are open to them; for both those made as in `POST /api/patients`. `q`
finds a part of the name or of the address. A page looks at about a thousand accounts or bookings:
where few of them fit it is short, even empty, and its link leads on.

400 invalid_parameter: `after` names no row that the caller may see.';

grant execute on function api.list_patients
to slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
