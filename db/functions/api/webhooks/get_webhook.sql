create or replace function api.get_webhook(webhook_id bigint) returns api.webhook
language plpgsql stable security definer
set search_path = ''
as $$
declare
    v_webhook api.webhook;
begin
    perform core.caller_account();
    select w.* into v_webhook from api.webhook as w where w.id = get_webhook.webhook_id;
    if not found then
        raise exception 'webhook_not_found' using errcode = 'PT404',
            detail = format('There is no webhook %s.', get_webhook.webhook_id);
    end if;
    return v_webhook;
end;
$$;

comment on function api.get_webhook is
'GET /api/webhooks/{webhook_id}
Topic: webhooks

A webhook, without its secret.

404 webhook_not_found: there is no such webhook.';

grant execute on function api.get_webhook to slotkeeper_admin;
