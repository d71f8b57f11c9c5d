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
                -- What was said at a desk is known there; what somebody says who has taken over
                -- the account since is not.
                when 'doctor' then a.made_by_id = v_account_id and a.password_hash is null
                    or core.treats(a.id)
                when 'clerk' then a.made_at_clinic_id = v_clinic_id and a.password_hash is null
                    or exists (
                        select from data.booking as b
                        join data.doctor as d on d.id = b.doctor_id
                        where b.account_id = a.id and d.clinic_id = v_clinic_id and (
                            a.made_at_clinic_id = v_clinic_id
                            or coalesce(b.booked_by_role, 'patient') not in ('clerk', 'doctor')
                        )
                    )
                else false
            end
    );
end;
$$;

comment on function core.knows_patient is
'Whether the caller may see the profile of a patient: the own one; a doctor that of whom the doctor
treats (`core.treats`); a clerk that of who has booked at the clinic, whatever became of that. A
booking of the staff''s own making shows them nobody, since any account could be named in it, but
whom the clinic itself has made the account for. Until such a patient has set a password, the doctor
who made the account and the clerks of the clinic need no booking. Admins see all.';
