create or replace function core.knows_patient(patient_id bigint) returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
    v_account_id bigint;
    v_role text;
    v_clinic_id bigint;
begin
    v_account_id := core.caller_account();
    v_role := core.caller_role();
    v_clinic_id := core.caller_clinic();
    return exists (
        select from data.account as a
        where a.id = knows_patient.patient_id and a.role = 'patient' and a.status <> 'ERASED'
            and case v_role
                when 'admin' then true
                when 'patient' then a.id = v_account_id
                when 'doctor' then a.made_by_id = v_account_id or core.treats(a.id)
                when 'clerk' then a.made_at_clinic_id = v_clinic_id or exists (
                    select from data.booking as b
                    join data.doctor as d on d.id = b.doctor_id
                    where b.account_id = a.id and d.clinic_id = v_clinic_id
                        and coalesce(b.booked_by_role, 'patient') not in ('clerk', 'doctor')
                )
                else false
            end
    );
end;
$$;

comment on function core.knows_patient is
'Whether the caller may see the profile of a patient: the own one; a doctor that of whom the doctor
treats (`core.treats`) or made the account for; a clerk that of the clinic''s patients, whom its
staff made the account for, or who have booked there, whatever became of that. A booking of the
staff''s own making shows them nobody: any account could be named in it. Admins see all.';
