create or replace function api.retry_delivery(webhook_id bigint, delivery_id bigint)
returns api.delivery
language plpgsql volatile security definer
set search_path = ''
as $$
begin
    perform core.caller_account();
    perform core.lock_webhook(retry_delivery.webhook_id);
    update data.delivery as d
    set next_attempt_at = clock_timestamp(), delivered_at = null,
        expires_at = clock_timestamp() + interval '3 days'
    where d.id = retry_delivery.delivery_id and d.webhook_id = retry_delivery.webhook_id;
    if not found then
        raise exception 'delivery_not_found' using errcode = 'PT404',
            detail = format('There is no delivery %s of this webhook.', retry_delivery.delivery_id);
    end if;
    update data.webhook as w
    set failures = 0, paused_until = null
    where w.id = retry_delivery.webhook_id and w.failures > 0;
    return (select d from api.delivery as d where d.id = retry_delivery.delivery_id);
end;
$$;

comment on function api.retry_delivery is
'POST /api/webhooks/{webhook_id}/deliveries/{delivery_id}/retry
Topic: webhooks

Sends a delivery again at once, whatever became of it, and ends a pause after failures. It is tried
for three days from then on. Where the webhook is not active it waits until it is.

404 webhook_not_found: there is no such webhook.
404 delivery_not_found: the webhook has no such delivery.';

grant execute on function api.retry_delivery to slotkeeper_admin;
