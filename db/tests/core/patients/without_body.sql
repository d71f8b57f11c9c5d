begin;
select plan(4);

\set record '''{"id": 1, "salt": "s", "corrects_id": null, "body": {"text": "a rash"}}'''
select is(
    core.without_body(:record) - 'body_sha256', '{"id": 1}', 'neither body nor salt, nor nulls'
);
select is(
    core.without_body(:record) ->> 'body_sha256',
    encode(sha256('s{"text": "a rash"}'), 'hex'), 'a digest of both'
);
select isnt(
    core.without_body(:record),
    core.without_body('{"id": 1, "salt": "t", "body": {"text": "a rash"}}'),
    'so that the same words are not seen to be the same'
);
select is(core.without_body('{"id": 1}'), '{"id": 1}', 'none of what was erased');

select * from finish();
rollback;
