create or replace view api.new_webhook as
select w.*, null::text as secret
from api.webhook as w;

comment on view api.new_webhook is 'A webhook with its secret.';
comment on column api.new_webhook.id is '! Identifies the webhook.';
comment on column api.new_webhook.url is '! Where deliveries go.';
comment on column api.new_webhook.events is 'Of what it is told; null: of everything.';
comment on column api.new_webhook.active is '! Whether it is told anything at the moment.';
comment on column api.new_webhook.created_at is '! When it was added.';
comment on column api.new_webhook.created_by_id is
'The account that added it, on which it does not depend; null: a DBA did.';
comment on column api.new_webhook.failures is '! How many attempts in a row have failed.';
comment on column api.new_webhook.paused_until is
'After failures or a slow answer nothing is tried before.';
comment on column api.new_webhook.secret is
'! Shown only here: with it deliveries are signed.';
