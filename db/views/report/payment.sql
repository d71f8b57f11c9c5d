create or replace view report.payment as
select
    p.id, p.booking_id, p.amount, p.currency, p.status, p.provider, p.method, p.taken_by_id,
    p.taken_by_role, p.captured_amount, p.captured_currency,
    coalesce(f.owed, 0) as refund_owed, coalesce(f.done, 0) as refunded,
    p.created_at, p.settled_at
from data.payment as p
left join lateral (
    select
        sum(r.amount) filter (where r.status <> 'DONE') as owed,
        sum(r.amount) filter (where r.status = 'DONE') as done
    from data.refund as r
    where r.payment_id = p.id
) as f on true;

comment on view report.payment is 'Every payment, and what of it was or is to be given back.';
comment on column report.payment.taken_by_id is 'The account of the staff who took it at the desk.';
comment on column report.payment.refund_owed is 'Owed back and not sent successfully yet.';

grant select on report.payment to slotkeeper_report;
