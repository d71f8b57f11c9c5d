create or replace view api.audit_entry as
select
    c.id, c.made_at, c.entity, c.entity_id, c.event, c.actor_id, c.actor_role, c.request_id,
    core.changed_only(p.before, p.after) as before, core.changed_only(p.after, p.before) as after
from data.change as c
cross join lateral core.plain_change(c) as p;

comment on view api.audit_entry is 'A change of something that a clinic must account for.';
comment on column api.audit_entry.id is '! Identifies the change.';
comment on column api.audit_entry.made_at is '! When it was made.';
comment on column api.audit_entry.entity is
'! What changed: booking, payment, refund, slot, doctor, account and so on; change where an erasure
emptied what was said of a person.';
comment on column api.audit_entry.entity_id is '! Which one.';
comment on column api.audit_entry.event is 'What was announced of it.';
comment on column api.audit_entry.actor_id is 'The account that did it.';
comment on column api.audit_entry.actor_role is
'! As what: anon, patient, doctor, clerk, admin; server; for a DBA the login of the database.';
comment on column api.audit_entry.request_id is 'The request, as it stands in the server''s log.';
comment on column api.audit_entry.before is
'What it was: of what was deleted all of it, else what changed; none of what is new.';
comment on column api.audit_entry.after is
'What it became: of what is new all of it, else what changed. Neither here nor before are secrets,
the text of medical records, or anything of a person who was erased.';
