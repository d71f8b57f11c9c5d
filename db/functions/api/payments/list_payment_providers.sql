create or replace function api.list_payment_providers(
    "limit" data.page_size default 50, after bigint default null
) returns setof api.payment_provider
language plpgsql stable security definer
set search_path = ''
as $$
begin
    perform core.caller_account();
    perform core.require_after(list_payment_providers.after is null or exists (
        select from data.payment_provider as v where v.id = list_payment_providers.after
    ));
    return query
    select v.*
    from api.payment_provider as v
    where list_payment_providers.after is null or v.id > list_payment_providers.after
    order by v.id
    limit list_payment_providers.limit;
end;
$$;

comment on function api.list_payment_providers is
'GET /api/payment-providers
Topic: payments

The payment providers by id, without their secrets.

400 invalid_parameter: `after` names no row that the caller may see.';

grant execute on function api.list_payment_providers to slotkeeper_admin;
