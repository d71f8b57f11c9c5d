create or replace function core.derive_token(idempotency_key uuid) returns text
language plpgsql stable strict
set search_path = ''
as $$
begin
    return (
        select encode(
            core.hmac_sha256(
                s.token_secret, convert_to('manage_token ' || derive_token.idempotency_key, 'UTF8')
            ),
            'hex'
        )
        from data.setting as s
    );
end;
$$;

comment on function core.derive_token is
'The manage token of what a guest books with an idempotency key: the same whenever it is asked for,
and known to nobody who does not know the secret of the installation.';
