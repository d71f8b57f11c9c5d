create or replace view api.new_payment_provider as
select v.*, null::text as secret
from api.payment_provider as v;

comment on view api.new_payment_provider is 'A payment provider with a new secret.';
comment on column api.new_payment_provider.secret is
'! Shown only here: with it the provider signs its reports.';
