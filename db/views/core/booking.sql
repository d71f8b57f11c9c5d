create or replace view core.booking as
select
    b.id, b.slot_id, b.doctor_id, b.account_id, b.patient_name, b.patient_email, b.patient_phone,
    b.reason, b.seat_count, e.status,
    (case
        when b.amount = 0 then 'NONE'
        when e.status = 'PENDING' then 'DUE'
        when m.refund_due_amount > 0 then 'REFUND_DUE'
        when m.refunded_amount >= m.captured_amount and m.refunded_amount > 0 then 'REFUNDED'
        when m.captured_amount > 0 then 'SUCCEEDED'
        when m.declined then 'FAILED'
        when e.status in ('FAILED', 'CANCELLED') then 'NONE'
        else 'DUE'
    end)::data.booking_payment_status as payment_status,
    b.amount, m.refunded_amount, m.refund_due_amount, b.currency,
    b.expires_at, b.created_at, b.confirmed_at, b.checked_in_at, b.completed_at, b.cancelled_at,
    b.cancelled_by, b.cancellation_reason
from data.booking as b
cross join lateral (
    select
        case
            when core.has_run_out(b.status, b.expires_at, statement_timestamp()) then 'FAILED'
            else b.status
        end as status
) as e
cross join lateral (
    select
        coalesce(sum(p.captured_amount), 0) as captured_amount,
        coalesce(sum(f.done), 0)::numeric(14, 2) as refunded_amount,
        coalesce(sum(f.due), 0)::numeric(14, 2) as refund_due_amount,
        bool_or(p.status = 'FAILED') as declined
    from data.payment as p
    cross join lateral (
        select
            sum(r.amount) filter (where r.status = 'DONE') as done,
            sum(r.amount) filter (where r.status <> 'DONE') as due
        from data.refund as r
        where r.payment_id = p.id
    ) as f
    where p.booking_id = b.id and b.amount > 0
) as m;

comment on view core.booking is
'Bookings with their status at this moment: a hold that has run out is FAILED, whether or not the
tidy-up has seen it. `payment_status` and what was or is to be given back are derived from payments
and refunds.';
