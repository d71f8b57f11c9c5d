create or replace function api.list_clinics(
    "limit" data.page_size default 50, after bigint default null
) returns setof api.clinic
language plpgsql stable security definer
set search_path = ''
as $$
begin
    perform core.caller_account();
    perform core.require_after(list_clinics.after is null or exists (
        select from data.clinic as c where c.id = list_clinics.after
    ));
    return query
    select c.*
    from api.clinic as c
    where list_clinics.after is null or c.id > list_clinics.after
    order by c.id
    limit list_clinics.limit;
end;
$$;

comment on function api.list_clinics is
'GET /api/clinics
Topic: clinics

Clinics by id.

400 invalid_parameter: `after` names no row that the caller may see.';

grant execute on function api.list_clinics
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
