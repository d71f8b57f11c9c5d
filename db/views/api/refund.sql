create or replace view api.refund as
select
    f.id, f.payment_id, p.booking_id, f.amount, p.captured_currency as currency, f.status,
    f.reason, f.reference, f.created_at, f.sent_at, f.done_at
from data.refund as f
join data.payment as p on p.id = f.payment_id;

comment on view api.refund is 'Money that is or was owed back.';
comment on column api.refund.id is '! Identifies the refund.';
comment on column api.refund.payment_id is '! The payment of which it is a part.';
comment on column api.refund.booking_id is '! The booking of that payment.';
comment on column api.refund.amount is '! How much.';
comment on column api.refund.currency is '! Currency of the amount (ISO 4217).';
comment on column api.refund.status is
'! DUE until it is SENT; then DONE, or FAILED, after which it is sent again.';
comment on column api.refund.reason is 'Why it is owed.';
comment on column api.refund.reference is 'What the one who sent it calls it.';
comment on column api.refund.created_at is '! Since when it is owed.';
comment on column api.refund.sent_at is 'When it was last sent.';
comment on column api.refund.done_at is 'When it had arrived.';
