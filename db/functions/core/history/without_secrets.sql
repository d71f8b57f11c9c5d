create or replace function core.without_secrets(fields jsonb) returns jsonb
language sql immutable
return jsonb_strip_nulls(
    without_secrets.fields - '{
        password_hash, manage_token_hash, idempotency_key_hash, secret, previous_secret, waiting
    }'::text[]
);

comment on function core.without_secrets is
'A row as it may be kept for ever: without hashes of secrets, and without what is empty or follows
from the rest.';
