create or replace function core.require_signature(provider text, signature text, body bytea)
returns void
language plpgsql volatile
set search_path = ''
as $$
declare
    v_parts text[];
    v_now timestamptz;
    v_secrets text[];
    v_secret text;
    v_valid boolean := false;
begin
    v_parts := regexp_match(require_signature.signature, '^t=([0-9]{1,12}),v1=([0-9a-f]{64})$');
    v_now := clock_timestamp();
    select array[v.secret, case when v.previous_valid_until > v_now then v.previous_secret end]
    into v_secrets
    from data.payment_provider as v
    where v.name = require_signature.provider;
    -- For a provider that does not exist there is as much to do as for one that does.
    foreach v_secret in array coalesce(v_secrets, array[core.new_token()]) loop
        v_valid := coalesce(
            core.same_bytes(
                core.hmac_sha256(
                    convert_to(v_secret, 'UTF8'),
                    convert_to(v_parts[1] || '.', 'UTF8') || require_signature.body
                ),
                decode(v_parts[2], 'hex')
            ), false
        ) or v_valid;
    end loop;
    if v_valid and abs(extract(epoch from v_now) - v_parts[1]::bigint) <= 300 then
        return;
    end if;
    raise exception 'invalid_signature' using errcode = 'PT401',
        detail = 'The header X-Signature is missing, wrong or older than five minutes.';
end;
$$;

comment on function core.require_signature is
'Refuses what its payment provider has not signed within five minutes: `t=<unix seconds>,v1=<hex>`
with HMAC-SHA256 over t, a dot and the body. While a secret is exchanged two are valid.

401 invalid_signature: it is missing, wrong or old, or there is no such provider.';
