create or replace view api.delivery as
select
    d.id, d.webhook_id, d.change_id as event_id, c.event, c.entity, c.entity_id, c.made_at,
    d.status, d.attempts, d.next_attempt_at, d.delivered_at, d.answer_status, d.last_error,
    d.created_at
from data.delivery as d
join data.change as c on c.id = d.change_id;

comment on view api.delivery is 'What a webhook is told of an event, and what became of it.';
comment on column api.delivery.id is '! Identifies the delivery.';
comment on column api.delivery.webhook_id is '! The webhook.';
comment on column api.delivery.event_id is
'! The event; whoever gets it twice knows it by this, which stands in the body as `id`.';
comment on column api.delivery.event is '! What happened.';
comment on column api.delivery.entity is '! To what kind of thing.';
comment on column api.delivery.entity_id is '! To which one.';
comment on column api.delivery.made_at is '! When it happened.';
comment on column api.delivery.status is
'! PENDING: to be tried, or tried again. DELIVERED: answered with a status from 200 to 299. FAILED:
given up.';
comment on column api.delivery.attempts is '! How often it was tried.';
comment on column api.delivery.next_attempt_at is 'When it is tried next.';
comment on column api.delivery.delivered_at is 'When it was delivered.';
comment on column api.delivery.answer_status is
'The HTTP status of the last answer, which is all that is kept of it; null: there was none.';
comment on column api.delivery.last_error is 'Why the last attempt failed.';
comment on column api.delivery.created_at is '! When it was first to be sent.';
