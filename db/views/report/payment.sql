create or replace view report.payment as
select
    p.id, p.booking_id, b.doctor_id, d.clinic_id, p.amount, p.currency, p.status, p.provider,
    p.method, p.taken_by_id,
    p.taken_by_role, p.captured_amount, p.captured_currency,
    coalesce(f.owed, 0) as refund_owed, coalesce(f.done, 0) as refunded,
    p.created_at, p.settled_at
from data.payment as p
join data.booking as b on b.id = p.booking_id
join data.doctor as d on d.id = b.doctor_id
left join lateral (
    select
        sum(r.amount) filter (where r.status <> 'DONE') as owed,
        sum(r.amount) filter (where r.status = 'DONE') as done
    from data.refund as r
    where r.payment_id = p.id
) as f on true;

comment on view report.payment is
'Every payment, and what of it was or is to be given back. An index finds those that were settled in
some time; what a day brought tells report.revenue.';
comment on column report.payment.id is 'Identifies the payment.';
comment on column report.payment.booking_id is 'What it is for (report.booking).';
comment on column report.payment.doctor_id is 'The doctor of that booking.';
comment on column report.payment.clinic_id is 'The clinic of that doctor.';
comment on column report.payment.amount is 'How much was to be paid.';
comment on column report.payment.currency is 'Currency of the amount (ISO 4217).';
comment on column report.payment.status is 'PENDING, SUCCEEDED, FAILED, CANCELLED or SURPLUS.';
comment on column report.payment.provider is 'Who took it; `desk` for the staff.';
comment on column report.payment.method is 'How, at the desk: CASH, CARD or TRANSFER.';
comment on column report.payment.taken_by_id is 'The account of the staff who took it at the desk.';
comment on column report.payment.taken_by_role is 'As what they took it.';
comment on column report.payment.captured_amount is 'How much was taken.';
comment on column report.payment.captured_currency is 'Currency of that (ISO 4217).';
comment on column report.payment.refund_owed is 'What is owed back, and has not arrived yet.';
comment on column report.payment.refunded is 'What was given back.';
comment on column report.payment.created_at is 'When it was begun.';
comment on column report.payment.settled_at is 'When it was decided what became of it.';

grant select on report.payment to slotkeeper_report;
