create or replace view api.webhook as
select w.id, w.url, w.events, w.active, w.created_at, w.created_by_id, w.failures, w.paused_until
from data.webhook as w
where w.deleted_at is null;

comment on view api.webhook is 'An address that is told what happens.';
comment on column api.webhook.id is '! Identifies the webhook.';
comment on column api.webhook.url is '! Where deliveries go.';
comment on column api.webhook.events is 'Of what it is told; null: of everything.';
comment on column api.webhook.active is '! Whether it is told anything at the moment.';
comment on column api.webhook.created_at is '! When it was added.';
comment on column api.webhook.created_by_id is
'The account that added it, on which it does not depend; null: a DBA did.';
comment on column api.webhook.failures is '! How many attempts in a row have failed.';
comment on column api.webhook.paused_until is
'After failures or a slow answer nothing is tried before.';
