create or replace function core.plain_change(change data.change) returns data.change
language sql stable
return row(
    (plain_change.change).id, (plain_change.change).xid, (plain_change.change).made_at,
    (plain_change.change).entity, (plain_change.change).entity_id, (plain_change.change).event,
    (plain_change.change).actor_id, (plain_change.change).actor_role,
    (plain_change.change).request_id,
    coalesce(
        (plain_change.change).before,
        jsonb_strip_nulls(to_jsonb((plain_change.change).booking_before))
    ),
    coalesce(
        (plain_change.change).after,
        jsonb_strip_nulls(to_jsonb((plain_change.change).booking_after))
    ),
    null, null
)::data.change;

comment on function core.plain_change is
'A change with its `before` and `after` as JSON, in whatever form they are kept.';
