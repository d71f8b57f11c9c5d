create or replace function core.link_change(change data.change, digest bytea) returns bytea
language sql stable
return link_change.digest || convert_to(
    json_build_array(
        (link_change.change).id, extract(epoch from (link_change.change).made_at),
        (link_change.change).entity, (link_change.change).entity_id,
        (link_change.change).event, (link_change.change).actor_id,
        (link_change.change).actor_role, (link_change.change).request_id
    )::text,
    'UTF8'
);

comment on function core.link_change is
'What a link of the chain hashes behind the hash of the link before it: all that the change says,
before and after by their digest.';
