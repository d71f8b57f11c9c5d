create or replace function core.lock_webhook(webhook_id bigint) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
    perform from data.webhook as w
    where w.id = lock_webhook.webhook_id and w.deleted_at is null
    for no key update;
    if not found then
        raise exception 'webhook_not_found' using errcode = 'PT404',
            detail = format('There is no webhook %s.', lock_webhook.webhook_id);
    end if;
end;
$$;

comment on function core.lock_webhook is
'Locks a webhook.

404 webhook_not_found: there is no such webhook.';
