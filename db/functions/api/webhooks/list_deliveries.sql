create or replace function api.list_deliveries(
    webhook_id bigint,
    status data.delivery_status default null,
    "limit" data.page_size default 50,
    after bigint default null
) returns setof api.delivery
language plpgsql stable security definer
set search_path = ''
-- One plan for both would suit neither: a status has an index of its own.
set plan_cache_mode = force_custom_plan
as $$
begin
    perform core.caller_account();
    perform api.get_webhook(list_deliveries.webhook_id);
    perform core.require_after(list_deliveries.after is null or exists (
        select from data.delivery as d
        where d.id = list_deliveries.after and d.webhook_id = list_deliveries.webhook_id
    ));
    return query
    select d.*
    from api.delivery as d
    where d.webhook_id = list_deliveries.webhook_id
        and (list_deliveries.status is null or d.status = list_deliveries.status)
        and d.id < coalesce(list_deliveries.after, 9223372036854775807)
    order by d.id desc
    limit list_deliveries.limit;
end;
$$;

comment on function api.list_deliveries is
'GET /api/webhooks/{webhook_id}/deliveries
Topic: webhooks

What a webhook was told and is to be told, newest first, each with its last answer; kept for a year.

400 invalid_parameter: `after` names no row that the caller may see.
404 webhook_not_found: there is no such webhook.';

grant execute on function api.list_deliveries to slotkeeper_admin;
