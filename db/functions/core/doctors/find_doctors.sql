create or replace function core.find_doctors(
    doctor_id bigint, specialization text, city text, consultation_type data.consultation_type,
    clinic_id bigint, "limit" integer
) returns bigint[]
language plpgsql stable
set search_path = ''
-- One plan for every filter would suit none: it would read the whole table.
set plan_cache_mode = force_custom_plan
as $$
begin
    return array(
        select d.id from data.doctor as d
        where (find_doctors.doctor_id is null or d.id = find_doctors.doctor_id)
            and (find_doctors.specialization is null
                or lower(d.specialization) = lower(find_doctors.specialization))
            and (find_doctors.city is null or lower(d.city) = lower(find_doctors.city))
            and (find_doctors.consultation_type is null
                or d.consultation_type in (find_doctors.consultation_type, 'BOTH'))
            and (find_doctors.clinic_id is null or d.clinic_id = find_doctors.clinic_id)
        limit find_doctors.limit
    );
end;
$$;

comment on function core.find_doctors is
'Doctors of whom all is true that is not null, listed or not; at most so many, whichever.';
