create or replace function core.is_ahead(xid xid8) returns boolean
language sql stable
return is_ahead.xid
    > greatest(pg_snapshot_xmax(pg_current_snapshot()), pg_current_xact_id_if_assigned());

comment on function core.is_ahead is
'Whether an id is newer than any transaction of this cluster: it came with a dump of another one.';
