create or replace view report.balance as
select
    l.clinic_id, l.currency, l.account, sum(l.amount) as balance,
    (select t.as_of from data.report_state as t) as as_of
from report.ledger as l
group by l.clinic_id, l.currency, l.account;

comment on view report.balance is
'What stands on each account of report.ledger. Captured less paid back is earned and owed back.
Counted by the due work.';
comment on column report.balance.clinic_id is 'Whose money.';
comment on column report.balance.currency is 'Currency of the balance (ISO 4217).';
comment on column report.balance.account is 'As in report.ledger.';
comment on column report.balance.balance is 'Positive is a debit, negative a credit.';
comment on column report.balance.as_of is
'Everything until then is counted, and maybe more; null where that was never so.';

grant select on report.balance to slotkeeper_report;
