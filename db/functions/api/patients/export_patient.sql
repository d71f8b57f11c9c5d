create or replace function api.export_patient(patient_id bigint) returns api.patient_export
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_export api.patient_export;
    v_booking_ids bigint[];
begin
    perform core.caller_account();
    perform core.require_patient(export_patient.patient_id);
    -- From here on the records are open, to this transaction.
    insert into data.privacy_request (patient_id, kind)
    values (export_patient.patient_id, 'EXPORT');
    v_booking_ids := array(
        select b.id from data.booking as b where b.account_id = export_patient.patient_id
    );
    select p as patient into v_export.patient
    from api.patient as p
    where p.id = export_patient.patient_id;
    v_export.account := (
        select core.without_secrets(to_jsonb(a))
        from data.account as a
        where a.id = export_patient.patient_id
    );
    v_export.records := array(
        select r from api.record as r
        where r.patient_id = export_patient.patient_id
        order by r.id desc
    );
    v_export.bookings := array(
        select b from api.booking as b where b.id = any(v_booking_ids) order by b.id desc
    );
    v_export.payments := array(
        select p from api.payment as p where p.booking_id = any(v_booking_ids) order by p.id desc
    );
    v_export.refunds := array(
        select f from api.refund as f where f.booking_id = any(v_booking_ids) order by f.id desc
    );
    v_export.waitlist := array(
        select w from api.waitlist_entry as w
        where w.id in (
            select e.id from data.waitlist_entry as e
            where e.account_id = export_patient.patient_id
        )
        order by w.id desc
    );
    v_export.sessions := (
        select coalesce(
            jsonb_agg(core.without_secrets(to_jsonb(s)) order by s.id desc), '[]'
        )
        from data.session as s
        where s.account_id = export_patient.patient_id
    );
    -- A mail that is not sent yet may hold a token: whoever exports must not get that.
    v_export.messages := (
        select coalesce(jsonb_agg(
            core.without_secrets(to_jsonb(m) - '{body_text, body_html, calendar}'::text[])
            order by m.id desc
        ), '[]')
        from data.message as m
        where m.account_id = export_patient.patient_id or m.booking_id = any(v_booking_ids)
    );
    v_export.requests := (
        select jsonb_agg(to_jsonb(q) - 'xid' order by q.id desc)
        from data.privacy_request as q
        where q.patient_id = export_patient.patient_id
    );
    v_export.changes := (
        select coalesce(jsonb_agg(
            to_jsonb(c) - '{xid, booking_before, booking_after}'::text[] order by c.id
        ), '[]')
        from core.changes_of(export_patient.patient_id) as c
    );
    return v_export;
end;
$$;

comment on function api.export_patient is
'GET /api/patients/{patient_id}/export
Topic: patients
Reading: logged

Everything that is held on a patient, in one document: for the patient, and for an admin whom the
patient has asked for it, which is the one way in which an admin sees records. Each export is
written down, and the patient sees in the next one who has made it.

404 patient_not_found: no such patient, or not the caller.';

grant execute on function api.export_patient to slotkeeper_patient, slotkeeper_admin;
