create or replace view core.money_move as
select
    b.doctor_id, d.clinic_id, m.instant, (m.instant at time zone c.time_zone)::date as local_date,
    m.currency, m.captured, m.surplus, m.owed_back, m.paid_back
from (
    select
        p.booking_id, p.settled_at as instant, p.captured_currency as currency,
        p.captured_amount as captured,
        case p.status when 'SURPLUS' then p.captured_amount else 0 end as surplus,
        0 as owed_back, 0 as paid_back
    from data.payment as p
    where p.captured_amount > 0
    union all
    select
        p.booking_id, r.created_at, p.captured_currency, 0,
        case p.status when 'SURPLUS' then -r.amount else 0 end, r.amount, 0
    from data.refund as r
    join data.payment as p on p.id = r.payment_id
    union all
    select p.booking_id, r.done_at, p.captured_currency, 0, 0, 0, r.amount
    from data.refund as r
    join data.payment as p on p.id = r.payment_id
    where r.done_at is not null
) as m
join data.booking as b on b.id = m.booking_id
join data.doctor as d on d.id = b.doctor_id
join data.clinic as c on c.id = d.clinic_id;

comment on view core.money_move is
'What is taken and given back for visits to a doctor, when, and on which day in the zone of the
clinic. `surplus` is what was taken for nothing, less what of that is owed back.';
