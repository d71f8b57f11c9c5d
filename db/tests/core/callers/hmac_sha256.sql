-- The test vectors of RFC 4231; the fifth is of a result cut to 128 bits.
begin;
select plan(9);

select
    is(
        substr(
            encode(core.hmac_sha256(decode(c.secret, 'hex'), decode(c.message, 'hex')), 'hex'),
            1, length(c.digest)
        ),
        c.digest, format('test case %s', c.number)
    )
from (
    values
    (
        1, repeat('0b', 20), '4869205468657265',
        'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'
    ),
    (
        2, '4a656665', '7768617420646f2079612077616e7420666f72206e6f7468696e673f',
        '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'
    ),
    (
        3, repeat('aa', 20), repeat('dd', 50),
        '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'
    ),
    (
        4, '0102030405060708090a0b0c0d0e0f10111213141516171819', repeat('cd', 50),
        '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b'
    ),
    (
        5, repeat('0c', 20), '546573742057697468205472756e636174696f6e',
        'a3b6167473100ee06e0c796c2955552b'
    ),
    (
        6, repeat('aa', 131),
        encode('Test Using Larger Than Block-Size Key - Hash Key First', 'hex'),
        '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54'
    ),
    (
        7, repeat('aa', 131),
        encode(
            'This is a test using a larger than block-size key and a larger than block-size data.'
            ' The key needs to be hashed before being used by the HMAC algorithm.', 'hex'
        ),
        '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2'
    )
) as c (number, secret, message, digest);
select is(
    encode(core.hmac_sha256('', ''), 'hex'),
    'b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad',
    'of nothing with nothing'
);
select is(core.hmac_sha256(null, 'x'), null, 'no secret signs nothing');

select * from finish();
rollback;
