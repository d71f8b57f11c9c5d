create or replace function api.rotate_payment_provider(provider data.provider_name)
returns api.new_payment_provider
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_secret text;
    v_result api.new_payment_provider;
begin
    perform core.caller_account();
    v_secret := core.new_token();
    update data.payment_provider as v
    set secret = v_secret, previous_secret = v.secret,
        previous_valid_until = clock_timestamp() + interval '1 day'
    where v.name = rotate_payment_provider.provider;
    if not found then
        raise exception 'provider_not_found' using errcode = 'PT404',
            detail = format('There is no payment provider %s.', rotate_payment_provider.provider);
    end if;
    select v.* into v_result
    from api.new_payment_provider as v
    where v.name = rotate_payment_provider.provider;
    v_result.secret := v_secret;
    return v_result;
end;
$$;

comment on function api.rotate_payment_provider is
'POST /api/payment-providers/{provider}/rotate
Topic: payments

Gives a payment provider a new secret, shown only now; the one before stays valid for a day.

404 provider_not_found: there is no such payment provider.';

grant execute on function api.rotate_payment_provider to slotkeeper_admin;
