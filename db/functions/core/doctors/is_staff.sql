create or replace function core.is_staff(doctor_id bigint) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
    return case core.caller_role()
        when 'admin' then true
        when 'clerk' then exists (
            select from data.doctor as d
            where d.id = is_staff.doctor_id and d.clinic_id = core.caller_clinic()
        )
        when 'doctor' then exists (
            select from data.doctor as d
            where d.id = is_staff.doctor_id and d.account_id = core.caller_account()
        )
        else false
    end;
end;
$$;

comment on function core.is_staff is
'Whether the caller looks after the patients of a doctor: the doctor, a clerk of the doctor''s
clinic, an admin.';
