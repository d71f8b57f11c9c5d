-- A payment provider; returns its secret.
create function tests.provider(name text) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_secret text := core.new_token();
begin
    insert into data.payment_provider (name, secret) values (provider.name, v_secret);
    return v_secret;
end;
$$;

-- The header by which a provider signs a body.
create function tests.signature(secret text, body text, at timestamptz default clock_timestamp())
returns text
language sql volatile security definer
set search_path = ''
as $$
select 't=' || t.seconds || ',v1=' || encode(
    core.hmac_sha256(
        convert_to(signature.secret, 'UTF8'), convert_to(t.seconds || '.' || signature.body, 'UTF8')
    ), 'hex'
)
from (select floor(extract(epoch from signature.at))::bigint as seconds) as t;
$$;

-- What the webhook answers to an event that is signed as it should be.
create function tests.report(
    provider text,
    secret text,
    event text,
    payment bigint,
    outcome text default 'SUCCEEDED',
    amount numeric default 50,
    currency text default 'USD',
    reference text default null
) returns api.provider_event
language plpgsql volatile
set search_path = ''
as $$
declare
    v_body text := json_strip_nulls(json_build_object(
        'event_id', report.event, 'payment_id', report.payment, 'outcome', report.outcome,
        'amount', report.amount, 'currency', report.currency,
        'provider_reference', report.reference
    ));
begin
    return api.receive_payment_event(
        report.provider, convert_to(v_body, 'UTF8'),
        jsonb_build_object('x-signature', tests.signature(report.secret, v_body))
    );
end;
$$;

-- A booking that is paid at the visit, in a status of the visit, with nothing paid. The triggers
-- are left out; constraints are not.
create function tests.unpaid(
    slot bigint, status text default 'CONFIRMED', account bigint default null
) returns bigint
language plpgsql volatile security definer
set search_path = '' set session_replication_role = replica
as $$
declare
    v_id bigint := tests.booking(unpaid.slot, unpaid.account);
begin
    update data.booking as b
    set payment_terms = 'AT_VISIT', expires_at = null, confirmed_at = b.created_at,
        status = unpaid.status::data.booking_status,
        checked_in_at = case
            when unpaid.status in ('CHECKED_IN', 'COMPLETED') then clock_timestamp()
        end,
        completed_at = case when unpaid.status = 'COMPLETED' then clock_timestamp() end,
        cancelled_at = case when unpaid.status = 'CANCELLED' then clock_timestamp() end
    where b.id = v_id;
    return v_id;
end;
$$;
