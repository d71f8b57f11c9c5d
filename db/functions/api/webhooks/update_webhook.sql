create or replace function api.update_webhook(
    webhook_id bigint,
    url data.webhook_url default null,
    events data.event[] default null,
    active boolean default null,
    clear text[] default null
) returns api.webhook
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_clear text[] := coalesce(update_webhook.clear, '{}');
begin
    perform core.caller_account();
    perform core.lock_webhook(update_webhook.webhook_id);
    perform core.require_webhook_terms(update_webhook.url, update_webhook.events);
    if not v_clear <@ '{events}' then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'clear may list: events.';
    end if;
    update data.webhook as w
    set url = coalesce(update_webhook.url, w.url),
        events = case when 'events' <> all(v_clear)
            then coalesce(update_webhook.events, w.events) end,
        active = coalesce(update_webhook.active, w.active),
        failures = 0, paused_until = null
    where w.id = update_webhook.webhook_id;
    return (select w from api.webhook as w where w.id = update_webhook.webhook_id);
end;
$$;

comment on function api.update_webhook is
'PATCH /api/webhooks/{webhook_id}
Topic: webhooks

Changes what is given of a webhook, and ends a pause after failures. Where `clear` lists `events` it
is told of everything. One that is not active is told nothing of what happens meanwhile; what was
to be delivered waits, until it is given up.

400 invalid_parameter: the url does not begin with https://, events are an empty list, or clear
  lists something that cannot be emptied.
404 webhook_not_found: there is no such webhook.';

grant execute on function api.update_webhook to slotkeeper_admin;
