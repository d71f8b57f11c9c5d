create or replace view report.ledger as
select
    m.local_date, m.clinic_id, m.currency, a.account, a.amount,
    (select t.as_of from data.report_state as t) as as_of
from (
    select
        r.local_date, d.clinic_id, r.currency, sum(r.captured) as captured,
        sum(r.surplus) as surplus, sum(r.owed_back) as owed_back, sum(r.paid_back) as paid_back
    from data.report_money as r
    join data.doctor as d on d.id = r.doctor_id
    group by r.local_date, d.clinic_id, r.currency
) as m
cross join lateral (
    values
    ('CAPTURED', m.captured), ('EARNED', m.owed_back + m.surplus - m.captured),
    ('SURPLUS', -m.surplus), ('OWED_BACK', m.paid_back - m.owed_back),
    ('PAID_BACK', -m.paid_back)
) as a (account, amount)
where a.amount <> 0;

comment on view report.ledger is
'The money of each day, by double entry: what a day adds to each account. For every day, clinic and
currency the accounts sum to zero. Counted by the due work.';
comment on column report.ledger.local_date is
'The day on which it moved, in the zone of the clinic. An index finds days.';
comment on column report.ledger.clinic_id is 'Whose money.';
comment on column report.ledger.currency is 'That of what was captured (ISO 4217).';
comment on column report.ledger.account is
'CAPTURED: taken from patients. EARNED: for visits. SURPLUS: taken for nothing, until it is owed
back. OWED_BACK: to be refunded. PAID_BACK: refunded.';
comment on column report.ledger.amount is
'Positive is a debit, negative a credit: 50 captured and earned are CAPTURED 50, EARNED -50. Never
0.';
comment on column report.ledger.as_of is
'Everything until then is counted, and maybe more; null where that was never so.';

grant select on report.ledger to slotkeeper_report;
