create or replace function api.create_refund(
    payment_id bigint, amount data.refund_amount, reason data.note
) returns api.refund
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_booking_id bigint;
    v_captured numeric;
    v_given numeric;
    v_id bigint;
begin
    perform core.caller_account();
    select p.booking_id into v_booking_id
    from data.payment as p
    where p.id = create_refund.payment_id;
    if not found then
        raise exception 'payment_not_found' using errcode = 'PT404',
            detail = format('There is no payment %s.', create_refund.payment_id);
    end if;
    perform core.lock_booking(v_booking_id);
    select p.captured_amount into v_captured
    from data.payment as p
    where p.id = create_refund.payment_id;
    select coalesce(max(upper(f.portion)), 0) into v_given
    from data.refund as f
    where f.payment_id = create_refund.payment_id;
    if create_refund.amount > v_captured - v_given then
        raise exception 'exceeds_captured' using errcode = 'PT409',
            detail = format('%s of this payment is left.', v_captured - v_given);
    end if;
    insert into data.refund as f (payment_id, captured_amount, portion, reason)
    values (
        create_refund.payment_id, v_captured, numrange(v_given, v_given + create_refund.amount),
        create_refund.reason
    )
    returning f.id into v_id;
    return (select r from api.refund as r where r.id = v_id);
end;
$$;

comment on function api.create_refund is
'POST /api/payments/{payment_id}/refunds 201
Topic: refunds

Owes back a part of what was captured, DUE until it is sent. The booking stays what it is.

404 payment_not_found: no such payment.
409 exceeds_captured: less than this is left of what was captured.';

grant execute on function api.create_refund to slotkeeper_admin;
