create or replace function api.delete_webhook(webhook_id bigint) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
    perform core.caller_account();
    perform core.lock_webhook(delete_webhook.webhook_id);
    update data.webhook as w
    set deleted_at = clock_timestamp(), active = false, secret = null
    where w.id = delete_webhook.webhook_id;
end;
$$;

comment on function api.delete_webhook is
'DELETE /api/webhooks/{webhook_id}
Topic: webhooks

Removes a webhook: it is told nothing any more.

404 webhook_not_found: there is no such webhook.';

grant execute on function api.delete_webhook to slotkeeper_admin;
