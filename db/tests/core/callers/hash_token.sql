begin;
select plan(3);

select is(
    encode(core.hash_token('abc'), 'hex'),
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    'a secret is stored as its SHA-256'
);
select is(
    encode(core.hash_token('é'), 'hex'),
    '4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c',
    'the hash is that of the UTF-8 bytes'
);
select is(core.hash_token(null), null, 'no secret has no hash, so it matches none');

select * from finish();
rollback;
