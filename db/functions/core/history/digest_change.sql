create or replace function core.digest_change(change data.change, salt uuid) returns bytea
language sql stable
return sha256(
    uuid_send(digest_change.salt) || convert_to(
        jsonb_build_array((digest_change.change).before, (digest_change.change).after)::text,
        'UTF8'
    )
);

comment on function core.digest_change is
'A salted digest of before and after of a core.plain_change, which stays when they are erased:
without the salt nobody finds out by it what they said. Instants are in the session''s time zone.';
