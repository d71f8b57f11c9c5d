create or replace function api.create_payment_provider(name data.provider_name)
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
    insert into data.payment_provider (name, secret)
    values (create_payment_provider.name, v_secret);
    select v.* into v_result
    from api.new_payment_provider as v
    where v.name = create_payment_provider.name;
    v_result.secret := v_secret;
    return v_result;
exception
    when unique_violation then
        raise exception 'provider_exists' using errcode = 'PT409',
            detail = format('There already is a provider %s.', create_payment_provider.name);
    when check_violation then
        raise exception 'provider_exists' using errcode = 'PT409',
            detail = format('The name %s is not free.', create_payment_provider.name);
end;
$$;

comment on function api.create_payment_provider is
'POST /api/payment-providers 201
Topic: payments

Adds a payment provider. Its `secret` is shown only now; the provider signs its reports with it and
sends them to `POST /api/payments/webhook/{provider}`.

409 provider_exists: the name is taken; `simulated` and `desk` always are.';

grant execute on function api.create_payment_provider to slotkeeper_admin;
