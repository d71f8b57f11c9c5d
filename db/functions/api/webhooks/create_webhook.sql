create or replace function api.create_webhook(
    url data.webhook_url, events data.event[] default null, active boolean default true
) returns api.new_webhook
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_account_id bigint;
    v_secret text;
    v_id bigint;
    v_result api.new_webhook;
begin
    v_account_id := core.caller_account();
    perform core.require_webhook_terms(create_webhook.url, create_webhook.events);
    v_secret := core.new_token();
    insert into data.webhook as w (url, events, active, secret, created_by_id)
    values (
        create_webhook.url, create_webhook.events, coalesce(create_webhook.active, true), v_secret,
        v_account_id
    )
    returning w.id into v_id;
    select w.* into v_result from api.new_webhook as w where w.id = v_id;
    v_result.secret := v_secret;
    return v_result;
end;
$$;

comment on function api.create_webhook is
'POST /api/webhooks 201
Topic: webhooks

Tells an address of what happens from now on: of the `events` listed, or of everything. Each event
is a POST whose body is JSON: the `id` of the event, by which to know what comes twice, `event`,
`made_at`, `entity` and `entity_id`, and the `booking` it is about by ids and time, without names,
addresses and tokens. Its header `X-Signature` is `t=<unix seconds>,v1=<hex>`: HMAC-SHA256 of t, a
dot and the body, with the `secret`, which is shown only now. What is not answered with a status
from 200 to 299 within ten seconds is sent again, later and later, for three days. Redirects are not
followed, and addresses of private networks are refused.

400 invalid_parameter: the url does not begin with https://, or events are an empty list.';

grant execute on function api.create_webhook to slotkeeper_admin;
