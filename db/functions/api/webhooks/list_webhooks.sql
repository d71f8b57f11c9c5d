create or replace function api.list_webhooks(
    "limit" data.page_size default 50, after bigint default null
) returns setof api.webhook
language plpgsql stable security definer
set search_path = ''
as $$
begin
    perform core.caller_account();
    perform core.require_after(list_webhooks.after is null or exists (
        select from api.webhook as w where w.id = list_webhooks.after
    ));
    return query
    select w.*
    from api.webhook as w
    where w.id > coalesce(list_webhooks.after, 0)
    order by w.id
    limit list_webhooks.limit;
end;
$$;

comment on function api.list_webhooks is
'GET /api/webhooks
Topic: webhooks

The webhooks by id, without their secrets.

400 invalid_parameter: `after` names no row that the caller may see.';

grant execute on function api.list_webhooks to slotkeeper_admin;
