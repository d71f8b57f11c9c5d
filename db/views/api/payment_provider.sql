create or replace view api.payment_provider as
select v.id, v.name, v.created_at, v.previous_valid_until
from data.payment_provider as v;

comment on view api.payment_provider is 'Who takes payments and reports on them.';
comment on column api.payment_provider.id is '! Identifies the provider.';
comment on column api.payment_provider.name is '! By which payments and the webhook call it.';
comment on column api.payment_provider.created_at is '! When it was added.';
comment on column api.payment_provider.previous_valid_until is
'Until when the secret before the last exchange is or was valid, too.';
