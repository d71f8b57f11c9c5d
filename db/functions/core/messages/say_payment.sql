create or replace function core.say_payment(change data.change) returns text
language plpgsql stable
set search_path = ''
as $$
declare
    v_event data.event := say_payment.change.event;
    v_before jsonb := say_payment.change.before;
    v_after jsonb := say_payment.change.after;
    v_notice text := v_after ->> 'cancellation_notice_hours';
    v_paid numeric;
    v_owed numeric;
    v_kept numeric;
begin
    select
        p.captured_amount, p.captured_amount - coalesce(sum(f.amount), 0),
        -- By this change, not by what came later: it may be told late.
        coalesce(sum(f.amount) filter (
            where f.created_at >= say_payment.change.made_at and exists (
                select from data.change as c
                where c.xid = say_payment.change.xid and c.entity = 'refund'
                    and c.entity_id = f.id
            )
        ), 0)
    into v_paid, v_kept, v_owed
    from data.payment as p
    left join data.refund as f on f.payment_id = p.id
    where p.booking_id = say_payment.change.entity_id and p.status = 'SUCCEEDED'
    group by p.id;
    return case
        when v_event = 'booking.confirmed' and v_paid > 0
            then format('Paid: %s %s.', v_paid, v_after ->> 'currency')
        when v_event = 'booking.confirmed' and (v_after ->> 'amount')::numeric > 0
            then format(
                'To be paid at the visit: %s %s.', v_after ->> 'amount', v_after ->> 'currency'
            )
        when v_event = 'booking.cancelled' and v_owed > 0
            then format('What was paid will be paid back: %s %s.', v_owed, v_after ->> 'currency')
        when v_event = 'booking.cancelled' and v_kept > 0
            then format(
                'Nothing is paid back: it was cancelled or moved less than %s h before its start.',
                v_notice
            )
        when v_event = 'booking.seats_given_back' and v_owed > 0
            then format(
                'Their share of what was paid will be paid back: %s %s.',
                v_owed, v_after ->> 'currency'
            )
        when v_event = 'booking.seats_given_back' and v_paid > 0
            then format(
                'Nothing is paid back: they were given back, or it was moved, less than %s h '
                    || 'before its start.',
                v_notice
            )
        when v_event = 'booking.moved' and (v_after ->> 'amount')::numeric > 0
            and (v_after ->> 'refund_forfeited')::boolean
            and not (v_before ->> 'refund_forfeited')::boolean
            then format(
                'It was moved less than %s h before its start: cancelling it pays nothing back.',
                v_notice
            )
    end;
end;
$$;

comment on function core.say_payment is
'What was paid, is to be paid, will be paid back or is lost when a booking is confirmed, moved or
cancelled or seats of it are given back, in words; null where there is nothing to say of money.';
