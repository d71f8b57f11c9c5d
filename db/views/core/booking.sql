create or replace view core.booking as
select
    b.id, b.slot_id, b.doctor_id, b.account_id, b.patient_name, b.patient_email, b.patient_phone,
    b.reason, b.seat_count, e.status,
    (case
        when b.amount = 0 then 'NONE'
        when e.status = 'PENDING' then 'DUE'
        when e.status not in ('FAILED', 'CANCELLED') and m.kept is null then 'DUE'
        when e.status not in ('FAILED', 'CANCELLED') and m.kept > 0 then 'SUCCEEDED'
        when m.owed then 'REFUND_DUE'
        when m.all_given_back then 'REFUNDED'
        when not m.all_given_back then 'SUCCEEDED'
        when m.declined then 'FAILED'
        else 'NONE'
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
-- One row in any case; so joined, it costs nothing where nobody asks for it.
left join lateral (
    select
        -- What pays the booking and is neither given back nor owed; null where nothing pays it.
        sum(p.captured_amount - f.done - f.due) filter (where p.status = 'SUCCEEDED') as kept,
        bool_or(f.due > 0) as owed,
        -- Null where nothing was captured.
        bool_and(f.done = p.captured_amount) filter (where p.captured_amount > 0)
            as all_given_back,
        bool_or(p.status = 'FAILED') as declined,
        -- A surplus may be of another currency: its payment shows that.
        coalesce(sum(f.done) filter (where p.captured_currency = b.currency), 0)::numeric(14, 2)
            as refunded_amount,
        coalesce(sum(f.due) filter (where p.captured_currency = b.currency), 0)::numeric(14, 2)
            as refund_due_amount
    from data.payment as p
    cross join lateral (
        select
            coalesce(sum(r.amount) filter (where r.status = 'DONE'), 0) as done,
            coalesce(sum(r.amount) filter (where r.status <> 'DONE'), 0) as due
        from data.refund as r
        where r.payment_id = p.id
    ) as f
    where p.booking_id = b.id and b.amount > 0
) as m on true;

comment on view core.booking is
'Bookings with their status at this moment: a hold that has run out is FAILED, whether or not the
tidy-up has seen it. `payment_status` and what was or is to be given back are derived from payments
and refunds.';
