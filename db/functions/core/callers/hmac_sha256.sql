create or replace function core.hmac_sha256(secret bytea, message bytea) returns bytea
language plpgsql immutable strict
set search_path = ''
as $$
declare
    -- A secret longer than a block of SHA-256 stands as its hash; to a shorter one zeros are added.
    v_secret bytea := case
        when length(hmac_sha256.secret) > 64 then sha256(hmac_sha256.secret)
        else hmac_sha256.secret
    end;
    v_inner bytea := decode(repeat('36', 64), 'hex');
    v_outer bytea := decode(repeat('5c', 64), 'hex');
begin
    for v_i in 0 .. length(v_secret) - 1 loop
        v_inner := set_byte(v_inner, v_i, get_byte(v_inner, v_i) # get_byte(v_secret, v_i));
        v_outer := set_byte(v_outer, v_i, get_byte(v_outer, v_i) # get_byte(v_secret, v_i));
    end loop;
    return sha256(v_outer || sha256(v_inner || hmac_sha256.message));
end;
$$;

comment on function core.hmac_sha256 is
'HMAC-SHA256 (RFC 2104), which no extension that is everywhere has.';
