create or replace view api.new_payment_provider as
select v.*, null::text as secret
from api.payment_provider as v;

comment on view api.new_payment_provider is 'A payment provider with a new secret.';
comment on column api.new_payment_provider.id is '! Identifies the provider.';
comment on column api.new_payment_provider.name is '! By which payments and the webhook call it.';
comment on column api.new_payment_provider.created_at is '! When it was added.';
comment on column api.new_payment_provider.previous_valid_until is
'Until when the secret before the last exchange is or was valid, too.';
comment on column api.new_payment_provider.secret is
'! Shown only here: with it the provider signs its reports.';
