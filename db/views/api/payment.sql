create or replace view api.payment as
select
    p.id, p.booking_id, p.amount, p.currency, p.status, p.provider, p.provider_reference,
    (
        select coalesce(sum(f.amount), 0)
        from data.refund as f
        where f.payment_id = p.id and f.status = 'DONE'
    )::numeric(14, 2) as refunded_amount,
    p.created_at
from data.payment as p;

comment on view api.payment is 'An attempt to pay for a booking.';
comment on column api.payment.id is '! Identifies the payment.';
comment on column api.payment.booking_id is '! The booking that it pays.';
comment on column api.payment.amount is '! How much.';
comment on column api.payment.currency is '! Currency of the amount (ISO 4217).';
comment on column api.payment.status is
'! SURPLUS: taken for a booking that was already paid; owed back.';
comment on column api.payment.provider is '! Who takes the money.';
comment on column api.payment.provider_reference is 'The provider''s own id of the payment.';
comment on column api.payment.refunded_amount is '! How much has been given back.';
comment on column api.payment.created_at is '! When it was begun.';
