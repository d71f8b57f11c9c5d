create or replace function core.hash_token(token text) returns bytea
language sql stable strict
return sha256(convert_to(hash_token.token, 'UTF8'));

comment on function core.hash_token is
'SHA-256 of a secret of high entropy, which is all that is stored of it.';
