create or replace function core.hash_token(token text) returns bytea
language plpgsql immutable strict
set search_path = ''
as $$
begin
    return sha256(convert_to(hash_token.token, 'UTF8'));
end;
$$;

comment on function core.hash_token is
'SHA-256 of a secret of high entropy, which is all that is stored of it.';
