-- What was paid for the clinic's bookings, and what of it was or is to be given back.

create temporary table paid on commit drop as
select
    nextval('data.payment_id_seq') as payment_id, v.*,
    case v.fate when 'DECLINED' then 'FAILED' else 'SUCCEEDED' end::data.payment_status as status,
    coalesce(
        case when v.hold is null then coalesce(v.completed_at, v.checked_in_at) end,
        v.confirmed_at, v.created_at + v.hold * 0.5
    ) as settled_at
from visit as v
where v.fee > 0 and case
    when v.hold is not null then v.fate not in ('PENDING', 'EXPIRED')
    -- At the visit, nearly all on their way out.
    else v.fate = 'COMPLETED' and pg_temp.dice('unpaid', v.dice) > 0.04
end
order by v.id;

insert into data.payment (
    id, booking_id, amount, currency, status, provider, method, taken_by_role, captured_amount,
    captured_currency, created_at, settled_at
)
overriding system value
select
    p.payment_id, p.id, p.fee * p.seats, p.currency, p.status,
    case when p.hold is null then 'desk' else 'simulated' end,
    case when p.hold is null then case
        when pg_temp.dice('method', p.dice) < 0.3 then data.payment_method 'CASH' else 'CARD'
    end end,
    case when p.hold is null then data.account_role 'clerk' end,
    case p.status when 'SUCCEEDED' then p.fee * p.seats else 0 end,
    case p.status when 'SUCCEEDED' then p.currency end,
    p.settled_at - interval '10 seconds', p.settled_at
from paid as p;

-- Refunds are sent after a day or two; one in thirty fails.
insert into data.refund (
    payment_id, captured_amount, portion, reason, status, created_at, sent_at, done_at
)
select
    p.payment_id, p.fee * p.seats, numrange(0, p.fee * p.seats), 'Booking cancelled', f.status,
    p.cancelled_at, case when f.status <> 'DUE' then p.cancelled_at + interval '1 day' end,
    case f.status when 'DONE' then p.cancelled_at + interval '2 days' end
from paid as p
cross join lateral (
    select case
        when p.cancelled_at > now() - interval '2 days' then 'DUE'
        when pg_temp.dice('refund', p.dice) < 0.03 then 'FAILED'
        when p.cancelled_at > now() - interval '5 days' then 'SENT'
        else 'DONE'
    end::data.refund_status as status
) as f
where p.fate = 'CANCELLED' and (p.by_staff or p.cancelled_at <= p.start_time - p.notice);
