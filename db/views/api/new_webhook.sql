create or replace view api.new_webhook as
select w.*, null::text as secret
from api.webhook as w;

comment on view api.new_webhook is 'A webhook with its secret.';
comment on column api.new_webhook.secret is
'! Shown only here: with it deliveries are signed.';
