begin;
select plan(4);

\set key '8a6e0804-2bd0-4672-b79d-d97027f9071a'
update data.setting set token_secret = decode(repeat('0b', 32), 'hex');
select is(
    core.derive_token(:'key'),
    encode(
        core.hmac_sha256(
            decode(repeat('0b', 32), 'hex'), convert_to('manage_token ' || :'key', 'UTF8')
        ),
        'hex'
    ),
    'a token is the signature of its key, all 256 bits of it'
);
select isnt(
    core.derive_token(:'key'), core.derive_token('c7f0a1d2-6d1e-4b7e-9a3c-0f6a4d3b2c1d'),
    'another key has another'
);
select core.derive_token(:'key') as before \gset
update data.setting set token_secret = decode(repeat('0c', 32), 'hex');
select isnt(core.derive_token(:'key'), :'before', 'and so has another installation');
select is(core.derive_token(null), null, 'no key has none');

select * from finish();
rollback;
