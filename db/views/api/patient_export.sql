create or replace view api.patient_export as
select
    p as patient, null::jsonb as account, null::api.record[] as records,
    null::api.booking[] as bookings, null::api.payment[] as payments,
    null::api.refund[] as refunds, null::api.waitlist_entry[] as waitlist, null::jsonb as sessions,
    null::jsonb as messages, null::jsonb as requests, null::jsonb as changes
from api.patient as p;

comment on view api.patient_export is 'Everything that is held on a patient.';
comment on column api.patient_export.patient is '! The profile.';
comment on column api.patient_export.account is '! The account, without its password''s hash.';
comment on column api.patient_export.records is '! All records, every version, newest first.';
comment on column api.patient_export.bookings is '! All bookings of the account, newest first.';
comment on column api.patient_export.payments is '! What was to be paid for them.';
comment on column api.patient_export.refunds is '! What of it is or was to be given back.';
comment on column api.patient_export.waitlist is '! What the account waits or has waited for.';
comment on column api.patient_export.sessions is '! The logins that are still known.';
comment on column api.patient_export.messages is
'! The mails to the person that are still known: their bodies are not kept.';
comment on column api.patient_export.requests is '! Each export and erasure that was asked for.';
comment on column api.patient_export.changes is
'! The history of all of this: who changed what, when, before and after. Of records it knows no
bodies.';
