create or replace function core.is_staff(doctor_id bigint) returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
    v_role text;
begin
    v_role := core.caller_role();
    -- Most callers are guests and patients: they are spared a statement.
    if v_role = 'clerk' then
        return exists (
            select from data.doctor as d
            where d.id = is_staff.doctor_id and d.clinic_id = (select core.caller_clinic())
        );
    elsif v_role = 'doctor' then
        return exists (
            select from data.doctor as d
            where d.id = is_staff.doctor_id and d.account_id = (select core.caller_account())
        );
    end if;
    return v_role = 'admin';
end;
$$;

comment on function core.is_staff is
'Whether the caller looks after the patients of a doctor: the doctor, a clerk of the doctor''s
clinic, an admin.';
