create or replace function api.delete_payment_provider(provider data.provider_name) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
    perform core.caller_account();
    if exists (
        select from data.clinic as c
        where c.payment_provider = delete_payment_provider.provider
    ) then
        raise exception 'provider_in_use' using errcode = 'PT409',
            detail = 'A clinic takes its payments by this provider.';
    end if;
    delete from data.payment_provider as v where v.name = delete_payment_provider.provider;
    if not found then
        raise exception 'provider_not_found' using errcode = 'PT404',
            detail = format('There is no payment provider %s.', delete_payment_provider.provider);
    end if;
end;
$$;

comment on function api.delete_payment_provider is
'DELETE /api/payment-providers/{provider}
Topic: payments

Removes a payment provider: what it reports from now on is refused. Its payments stay.

404 provider_not_found: there is no such payment provider.
409 provider_in_use: a clinic takes its payments by it.';

grant execute on function api.delete_payment_provider to slotkeeper_admin;
