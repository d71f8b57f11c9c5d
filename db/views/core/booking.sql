create or replace view core.booking as
select
    b.id, b.slot_id, b.account_id, b.patient_name, b.patient_email, b.patient_phone, b.reason,
    b.seat_count, e.status,
    (case
        when b.amount = 0 then 'NONE'
        when e.status = 'PENDING' then 'DUE'
        else (
            select
                case
                    when count(*) = 0 then 'NONE'
                    when count(f.id) = 0 and min(p.status) = 'FAILED' then 'FAILED'
                    when count(f.id) = 0 then 'SUCCEEDED'
                    when not bool_and(f.status = 'DONE') then 'REFUND_DUE'
                    -- What was given back was a surplus; the booking is still paid.
                    when bool_or(p.status = 'SUCCEEDED' and f.id is null) then 'SUCCEEDED'
                    else 'REFUNDED'
                end
            from data.payment as p
            left join data.refund as f on f.payment_id = p.id
            where p.booking_id = b.id and p.status in ('SUCCEEDED', 'SURPLUS', 'FAILED')
        )
    end)::data.booking_payment_status as payment_status,
    b.amount, b.currency, b.expires_at, b.created_at, b.confirmed_at, b.cancelled_at
from data.booking as b
cross join lateral (
    select
        case
            when core.has_run_out(b.status, b.expires_at, statement_timestamp()) then 'FAILED'
            else b.status
        end as status
) as e;

comment on view core.booking is
'Bookings with their status at this moment: a hold that has run out is FAILED, whether or not the
tidy-up has seen it. `payment_status` is derived from payments and refunds.';
