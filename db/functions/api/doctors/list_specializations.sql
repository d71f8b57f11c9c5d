create or replace function api.list_specializations() returns text[]
language plpgsql stable security definer
set search_path = ''
as $$
begin
    perform core.caller_account();
    return array(
        -- From one to the next along the index, however many doctors have it.
        with recursive walk as (
            (
                select lower(d.specialization) as key, d.specialization
                from data.doctor as d
                where d.listed_at is not null and d.deleted_at is null
                order by lower(d.specialization), d.specialization
                limit 1
            )
            union all
            select n.key, n.specialization
            from walk as w
            cross join lateral (
                select lower(d.specialization) as key, d.specialization
                from data.doctor as d
                where d.listed_at is not null and d.deleted_at is null
                    and lower(d.specialization) > w.key
                order by lower(d.specialization), d.specialization
                limit 1
            ) as n
        )
        select w.specialization::text from walk as w limit 1000
    );
end;
$$;

comment on function api.list_specializations is
'GET /api/specializations
Topic: doctors

The fields of medicine of all doctors, in order, each once, in whatever case it is written; the
first thousand.';

grant execute on function api.list_specializations
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
