create or replace function api.erase_patient(patient_id bigint) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_now timestamptz;
begin
    perform core.caller_account();
    perform core.require_patient(erase_patient.patient_id);
    -- Nobody books for the account meanwhile, nor erases it, too.
    perform pg_advisory_xact_lock(core.owner_key(erase_patient.patient_id::text));
    perform from data.account as a where a.id = erase_patient.patient_id for no key update;
    perform core.require_patient(erase_patient.patient_id);
    v_now := clock_timestamp();
    if exists (
        select from data.booking as b
        join data.slot as s on s.id = b.slot_id
        where b.account_id = erase_patient.patient_id and core.holds_seats(b.status)
            and not core.has_run_out(b.status, b.expires_at, v_now) and s.end_time > v_now
    ) then
        raise exception 'patient_has_bookings' using errcode = 'PT409',
            detail = 'There are visits to come: cancel them first, or wait until they are over.';
    end if;
    insert into data.privacy_request (patient_id, kind)
    values (erase_patient.patient_id, 'ERASURE');
    perform core.erase_person(erase_patient.patient_id);
end;
$$;

comment on function api.erase_patient is
'DELETE /api/patients/{patient_id}
Topic: patients

Erases a patient, for good: for the patient, and for an admin whom the patient has asked for it.
Name, addresses, telephone number, what was said about visits, and all records are gone, from the
history of changes, too; nobody logs in to the account any more. Bookings and payments stay in the
books, as those of nobody. Bookings of a guest who gave the same address are not the account''s:
claim them first, if they are to go too.

404 patient_not_found: no such patient, or not the caller.
409 patient_has_bookings: there are visits to come.';

grant execute on function api.erase_patient to slotkeeper_patient, slotkeeper_admin;
