create or replace function api.update_refund(
    refund_id bigint, status data.refund_step, reference data.label default null
) returns api.refund
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_next data.refund_status := update_refund.status;
    v_status data.refund_status;
begin
    perform core.caller_account();
    select f.status into v_status
    from data.refund as f
    where f.id = update_refund.refund_id
    for no key update;
    if not found then
        raise exception 'refund_not_found' using errcode = 'PT404',
            detail = format('There is no refund %s.', update_refund.refund_id);
    end if;
    if v_next = 'SENT' and v_status not in ('DUE', 'FAILED') then
        raise exception 'refund_not_due' using errcode = 'PT409',
            detail = format('Refund %s is already %s.', update_refund.refund_id, v_status);
    elsif v_next <> 'SENT' and v_status <> 'SENT' then
        raise exception 'refund_not_sent' using errcode = 'PT409',
            detail = format('Refund %s is %s, not SENT.', update_refund.refund_id, v_status);
    end if;
    update data.refund as f
    set status = v_next, reference = coalesce(update_refund.reference, f.reference)
    where f.id = update_refund.refund_id;
    return (select r from api.refund as r where r.id = update_refund.refund_id);
end;
$$;

comment on function api.update_refund is
'PATCH /api/refunds/{refund_id}
Topic: refunds

Notes what became of a refund: SENT before the money is sent, so that nobody else sends it; then
DONE, or FAILED, after which it can be sent again. `reference` is what the sender calls it.

404 refund_not_found: no such refund.
409 refund_not_due: it was sent already.
409 refund_not_sent: it is not on its way, so it can neither arrive nor fail.';

grant execute on function api.update_refund to slotkeeper_admin;
