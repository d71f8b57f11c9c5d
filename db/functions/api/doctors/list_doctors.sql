create or replace function api.list_doctors(
    specialization data.label default null,
    city data.label default null,
    consultation_type data.consultation_type default null,
    clinic_id bigint default null,
    q data.label default null,
    "limit" data.page_size default 50,
    after bigint default null
) returns setof api.doctor
language plpgsql stable security definer
set search_path = ''
as $$
begin
    perform core.caller_account();
    return query
    select d.*
    from api.doctor as d
    where (list_doctors.specialization is null
            or lower(d.specialization) = lower(list_doctors.specialization))
        and (list_doctors.city is null or lower(d.city) = lower(list_doctors.city))
        and (list_doctors.consultation_type is null
            or d.consultation_type in (list_doctors.consultation_type, 'BOTH'))
        and (list_doctors.clinic_id is null or d.clinic_id = list_doctors.clinic_id)
        and (list_doctors.q is null or strpos(lower(d.name), lower(list_doctors.q)) > 0)
        and (list_doctors.after is null or d.id > list_doctors.after)
    order by d.id
    limit list_doctors.limit;
end;
$$;

comment on function api.list_doctors is
'GET /api/doctors
Topic: doctors

Doctors by id. Filters compare without regard to case; `q` finds a part of the name; a doctor who
sees patients both ways is found under ONLINE and under OFFLINE.';

grant execute on function api.list_doctors
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_admin;
