create or replace view api.provider_event as
select
    e.event_id, e.provider, e.payment_id, e.outcome, e.amount, e.currency, e.provider_reference,
    e.payment_status, e.received_at
from data.provider_event as e;

comment on view api.provider_event is 'What a payment provider reported, and what became of it.';
comment on column api.provider_event.event_id is '! The provider''s id of the event.';
comment on column api.provider_event.provider is '! Who reported it.';
comment on column api.provider_event.payment_id is
'! The payment that it settled, or left as it was; a further capture has one of its own.';
comment on column api.provider_event.outcome is '! What was reported.';
comment on column api.provider_event.amount is '! The amount that was reported.';
comment on column api.provider_event.currency is '! The currency of that amount (ISO 4217).';
comment on column api.provider_event.provider_reference is 'The provider''s own id of the payment.';
comment on column api.provider_event.payment_status is
'! What the payment then was. SURPLUS: it paid nothing and is owed back.';
comment on column api.provider_event.received_at is '! When it was first reported.';
