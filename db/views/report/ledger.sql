create or replace view report.ledger as
select
    (e.instant at time zone c.time_zone)::date as local_date, c.id as clinic_id, e.currency,
    e.account, sum(e.amount) as amount
from (
    select
        p.booking_id, p.captured_currency as currency, p.settled_at as instant, a.account, a.amount
    from data.payment as p
    cross join lateral (
        values
        ('CAPTURED', p.captured_amount),
        (case p.status when 'SURPLUS' then 'SURPLUS' else 'EARNED' end, -p.captured_amount)
    ) as a (account, amount)
    where p.captured_amount > 0
    union all
    select p.booking_id, p.captured_currency, r.created_at, a.account, a.amount
    from data.refund as r
    join data.payment as p on p.id = r.payment_id
    cross join lateral (
        values
        (case p.status when 'SURPLUS' then 'SURPLUS' else 'EARNED' end, r.amount),
        ('OWED_BACK', -r.amount)
    ) as a (account, amount)
    union all
    select p.booking_id, p.captured_currency, r.done_at, a.account, a.amount
    from data.refund as r
    join data.payment as p on p.id = r.payment_id
    cross join lateral (
        values ('OWED_BACK', r.amount), ('PAID_BACK', -r.amount)
    ) as a (account, amount)
    where r.status = 'DONE'
) as e
join data.booking as b on b.id = e.booking_id
join data.doctor as d on d.id = b.doctor_id
join data.clinic as c on c.id = d.clinic_id
group by 1, 2, 3, 4;

comment on view report.ledger is
'The money of each day, by double entry: what a day adds to each account. For every day, clinic and
currency the accounts sum to zero. Of this moment, from all money there is; report.revenue is
counted already.';
comment on column report.ledger.local_date is 'The day in the zone of the clinic.';
comment on column report.ledger.clinic_id is 'Whose money.';
comment on column report.ledger.currency is 'That of what was captured (ISO 4217).';
comment on column report.ledger.account is
'CAPTURED: taken from patients. EARNED: for visits. SURPLUS: taken for nothing; as soon as it is
known it is owed back. OWED_BACK: to be refunded. PAID_BACK: refunded.';
comment on column report.ledger.amount is
'Positive is a debit, negative a credit: 50 captured and earned are CAPTURED 50, EARNED -50.';

grant select on report.ledger to slotkeeper_report;
