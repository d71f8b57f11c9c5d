create or replace view api.payment as
select
    p.id, p.booking_id, p.amount, p.currency, p.status, p.provider, p.provider_reference, p.method,
    p.captured_amount, p.captured_currency, f.refunded_amount, f.refund_due_amount, p.created_at,
    p.settled_at
from data.payment as p
cross join lateral (
    select
        coalesce(sum(r.amount) filter (where r.status = 'DONE'), 0)::numeric(14, 2)
            as refunded_amount,
        coalesce(sum(r.amount) filter (where r.status <> 'DONE'), 0)::numeric(14, 2)
            as refund_due_amount
    from data.refund as r
    where r.payment_id = p.id
) as f;

comment on view api.payment is 'An attempt to pay for a booking.';
comment on column api.payment.id is '! Identifies the payment.';
comment on column api.payment.booking_id is '! The booking that it pays.';
comment on column api.payment.amount is '! How much is to be paid.';
comment on column api.payment.currency is '! Currency of the amount (ISO 4217).';
comment on column api.payment.status is
'! SURPLUS: what was taken pays nothing, as for a booking that was already paid; owed back.';
comment on column api.payment.provider is
'! Who takes the money; `desk`: the clinic''s staff; `simulated`: nobody.';
comment on column api.payment.provider_reference is
'The provider''s own id of the payment; what staff noted at the desk.';
comment on column api.payment.method is 'How it was paid at the desk.';
comment on column api.payment.captured_amount is '! How much was taken.';
comment on column api.payment.captured_currency is
'Currency of what was taken and is given back; null until then.';
comment on column api.payment.refunded_amount is '! How much has been given back.';
comment on column api.payment.refund_due_amount is '! How much is owed back and not given yet.';
comment on column api.payment.created_at is '! When it was begun.';
comment on column api.payment.settled_at is 'When it was paid, declined or closed.';
