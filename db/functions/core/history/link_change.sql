create or replace function core.link_change(change data.change, digest bytea, previous bytea)
returns bytea
language sql stable
return sha256(
    link_change.previous || link_change.digest || convert_to(
        jsonb_build_array(
            (link_change.change).id, extract(epoch from (link_change.change).made_at),
            (link_change.change).entity, (link_change.change).entity_id,
            (link_change.change).event, (link_change.change).actor_id,
            (link_change.change).actor_role, (link_change.change).request_id
        )::text,
        'UTF8'
    )
);

comment on function core.link_change is
'The hash of a link of the chain: of the hash before it and of all that the change says, of before
and after by their digest.';
