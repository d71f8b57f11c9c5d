begin;
select plan(1);

select is(
    core.without_secrets(
        '{"id": 1, "password_hash": "x", "manage_token_hash": "y", "phone": null, "waiting": true}'
    ),
    '{"id": 1}', 'no secrets, nothing empty, nothing that follows from the rest'
);

select * from finish();
rollback;
